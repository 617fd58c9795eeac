import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { tfjsEngineConformance } from '@switchyard/engine-tfjs/conformance';
import { REFERENCE_MODELS } from '@switchyard/engine';
import { startWasmBackend } from './start-wasm-backend.js';
import { createWasmEngine } from './wasm-engine.js';

tfjsEngineConformance({ createEngine: createWasmEngine, liveTensors: () => tf.memory().numTensors });

describe('the wasm engine', () => {
  const engine = createWasmEngine();
  let folder: string;
  beforeAll(async () => {
    await startWasmBackend();
    folder = await mkdtemp(join(tmpdir(), 'wasm-engine-'));
  });
  afterAll(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });

  it('runs on WebAssembly', () => {
    expect(tf.getBackend()).toBe('wasm');
  });

  it('refuses a model whose list of weight files leads out of its folder', async () => {
    const directory = join(folder, 'leads-out');
    await cp(fileURLToPath(new URL('../../engine/fixtures/tfjs-layers/affine', import.meta.url)), directory, { recursive: true });
    await cp(join(directory, 'weights.bin'), join(folder, 'weights.bin'));
    const modelJson = await readFile(join(directory, 'model.json'), 'utf8');
    await writeFile(join(directory, 'model.json'), modelJson.replace('weights.bin', '../weights.bin'));
    await expect(engine.load({ format: 'tfjs-layers', directory, signature: REFERENCE_MODELS.affine.signature })).rejects.toMatchObject({
      kind: 'model-invalid',
      message: expect.stringContaining('"../weights.bin", which is outside its folder'),
    });
  });
});
