import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { engineConformance } from '@switchyard/engine/conformance';
import type { Signature } from '@switchyard/model-registry';
import { tensor, type Dtype, type Tensor, type TensorData } from '@switchyard/tensor';
import { createOnnxEngine } from './onnx-engine.js';
import { writeOnnx } from './testing/build-onnx.js';

/** Written by fixtures/make-fixtures.py. */
const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

engineConformance({ createEngine: async () => createOnnxEngine(), format: 'onnx' });

describe('the onnx engine', () => {
  const engine = createOnnxEngine({ intraOpThreads: 2 });
  afterAll(() => engine.close());

  it('carries every dtype through unchanged', async () => {
    const model = await engine.load({ format: 'onnx', directory: fixture('echo'), signature: echoSignature() });
    const outputs = await model.run(new Map(ECHOED.map(([dtype, data]) => [`${dtype}_in`, echoed(dtype, data)])));
    for (const [dtype, data] of ECHOED) expect(outputs.get(`${dtype}_out`)).toEqual(echoed(dtype, data));
  });

  it.each([
    ['a zero byte', Buffer.from('a\0b'), 'holds a zero byte'],
    ['bytes that are no UTF-8', Uint8Array.of(0xc3, 0x28), 'is not valid UTF-8'],
  ])('refuses a string with %s', async (_, bytes, words) => {
    const model = await engine.load({ format: 'onnx', directory: fixture('echo'), signature: echoSignature() });
    const inputs = new Map(ECHOED.map(([dtype, data]) => [`${dtype}_in`, echoed(dtype, data)]));
    inputs.set('string_in', tensor('string', [1, 2], [bytes, bytes]));
    await expect(model.run(inputs)).rejects.toMatchObject({ kind: 'invalid-input', message: expect.stringContaining(words) });
  });

  it.each([1, 3, 4, 7])('splits and pads %i rows for a file that fixes them', async (rows) => {
    const { inputs } = negated;
    const folder = await writeOnnx({
      inputs: [['x', 'float32', [3, 2]], ['s', 'string', [3]]],
      outputs: [['y', 'float32', [3, 2]], ['t', 'string', [3]]],
      nodes: [['Neg', ['x'], ['y']], ['Identity', ['s'], ['t']]],
    });
    const model = await engine.load({ format: 'onnx', directory: folder, signature: negated });
    const x = Float32Array.from({ length: 2 * rows }, (_, index) => index + 1);
    const s = Array.from({ length: rows }, (_, index) => Buffer.from(`row ${index}`));
    const answer = await model.run(new Map([[inputs[0]!.name, tensor('float32', [rows, 2], x)], [inputs[1]!.name, tensor('string', [rows], s)]]));
    expect(answer).toEqual(new Map([['y', tensor('float32', [rows, 2], x.map((value) => -value))], ['t', tensor('string', [rows], s)]]));
    await model.dispose();
    await rm(folder, { recursive: true });
  });

  it('runs a model of open rank on whatever rank comes', async () => {
    const folder = await writeOnnx({ inputs: [['x', 'float32', null]], outputs: [['y', 'float32', null]], nodes: [['Neg', ['x'], ['y']]] });
    const spec = { dtype: 'float32' as const, shape: [-1], openRank: true, finite: false };
    const model = await engine.load({ format: 'onnx', directory: folder, signature: { inputs: [{ ...spec, name: 'x' }], outputs: [{ ...spec, name: 'y' }] } });
    for (const shape of [[2], [1, 2], [2, 1, 1]]) {
      expect(await model.run(new Map([['x', tensor('float32', shape, Float32Array.of(1, -2))]]))).toEqual(new Map([['y', tensor('float32', shape, Float32Array.of(-1, 2))]]));
    }
    await model.dispose();
    await rm(folder, { recursive: true });
  });
});

const negated: Signature = {
  inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 2], finite: false }, { name: 's', dtype: 'string', shape: [-1], finite: false }],
  outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 2], finite: false }, { name: 't', dtype: 'string', shape: [-1], finite: false }],
};

/** One row of two elements for each dtype, at the edges of its range. */
const ECHOED: readonly (readonly [Dtype, TensorData])[] = [
  ['float16', Uint16Array.of(0x3c00, 0x0001)],
  ['float32', Float32Array.of(-1.5, 3.4e38)],
  ['float64', Float64Array.of(Math.PI, -1e300)],
  ['int8', Int8Array.of(-128, 127)],
  ['int16', Int16Array.of(-32_768, 32_767)],
  ['int32', Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
  ['int64', BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)],
  ['uint8', Uint8Array.of(0, 255)],
  ['uint16', Uint16Array.of(0, 65_535)],
  ['uint32', Uint32Array.of(0, 2 ** 32 - 1)],
  ['uint64', BigUint64Array.of(0n, 2n ** 64n - 1n)],
  ['bool', Uint8Array.of(1, 0)],
  ['string', [Buffer.from('zwölf'), Buffer.from('')]],
];

function echoed(dtype: Dtype, data: TensorData): Tensor {
  return tensor(dtype, [1, 2], data);
}

function echoSignature(): Signature {
  const specs = (suffix: string): Signature['inputs'] =>
    ECHOED.map(([dtype]) => ({ name: `${dtype}_${suffix}`, dtype, shape: [-1, 2], finite: false }));
  return { inputs: specs('in'), outputs: specs('out') };
}
