import { describe, expect, it } from '@jest/globals';
import { tfjsEngineConformance } from '@switchyard/engine-tfjs/conformance';
import { loadTensorflow } from './load-tensorflow.js';
import { createTensorflowEngine } from './tensorflow-engine.js';

const library = await loadTensorflow().catch((missing: unknown) => missing as Error);

if (library instanceof Error) {
  describe('the tensorflow engine', () => {
    it.skip(`cannot be tested here: ${library.message}`, () => undefined);
  });
} else {
  tfjsEngineConformance({ createEngine: createTensorflowEngine, liveTensors: () => library.memory().numTensors });
}

describe('loadTensorflow', () => {
  it('says what to do when the native library is missing', async () => {
    const missing = loadTensorflow(() => Promise.reject(new Error('cannot open shared object file')));
    await expect(missing).rejects.toMatchObject({ kind: 'engine-unavailable', message: expect.stringContaining('Run `npm run setup`') });
  });
});
