import { describe, expect, it } from '@jest/globals';
import { manifestSchema, type ModelFormat } from '@switchyard/model-registry';
import { createInMemoryEngine } from './in-memory-engine.js';
import { REFERENCE_MODELS } from './reference-models.js';
import { selectEngine } from './select-engine.js';

const onnx = createInMemoryEngine({ name: 'onnx', formats: ['onnx'] });
const wasm = createInMemoryEngine({ name: 'wasm', formats: ['tfjs-layers', 'tfjs-graph'] });

describe('selectEngine', () => {
  it('takes the first engine that runs any artifact, and its fastest artifact', () => {
    const manifest = manifestWith(['onnx', 'tfjs-graph', 'tfjs-layers']);
    expect(selectEngine([onnx, wasm], manifest)).toMatchObject({ engine: { name: 'onnx' }, artifact: { format: 'onnx' } });
    expect(selectEngine([wasm, onnx], manifest)).toMatchObject({ engine: { name: 'wasm' }, artifact: { format: 'tfjs-graph' } });
  });

  it('prefers the engine found fastest at the publication, unless the operator pins another', () => {
    const manifest = { ...manifestWith(['onnx', 'tfjs-graph']), engineChoice: { engine: 'wasm', reason: 'It took 1 ms; onnx took 2 ms.' } };
    expect(selectEngine([onnx, wasm], manifest).engine.name).toBe('wasm');
    expect(selectEngine([onnx, wasm], manifest, 'onnx').engine.name).toBe('onnx');
    expect(selectEngine([onnx], manifest).engine.name).toBe('onnx');
  });

  it('takes the fastest artifact of engines that share a name', () => {
    const [tfjs, savedModel] = [['tfjs-graph'], ['saved-model']].map((formats) => createInMemoryEngine({ name: 'tensorflow', formats: formats as ModelFormat[] }));
    expect(selectEngine([tfjs!, savedModel!], manifestWith(['saved-model', 'tfjs-graph'])).engine).toBe(savedModel);
    expect(selectEngine([tfjs!, savedModel!], manifestWith(['tfjs-graph', 'saved-model'])).engine).toBe(tfjs);
  });

  it('says which formats and engines there are when none fits', () => {
    expect(() => selectEngine([onnx], manifestWith(['tfjs-layers']))).toThrow(
      'Model "m" version 3 comes as tfjs-layers; none of the engines here (onnx) runs that.',
    );
  });
});

function manifestWith(formats: readonly string[]) {
  return manifestSchema.parse({
    name: 'm',
    version: 3,
    createdAt: '2026-01-01T00:00:00Z',
    signature: REFERENCE_MODELS.affine.signature,
    artifacts: formats.map((format) => ({ format, files: [{ path: `${format}/model`, bytes: 1, sha256: '0'.repeat(64) }] })),
    lineage: { runId: null, datasetName: null, datasetDigest: null, parentVersion: null },
  });
}
