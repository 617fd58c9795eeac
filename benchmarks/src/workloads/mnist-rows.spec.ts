import { beforeAll, describe, expect, it } from '@jest/globals';
import type { LoadedModel } from '@switchyard/engine';
import { tensor, type Tensor } from '@switchyard/tensor';
import { tfServingJson } from '../formats/tf-serving-json.js';
import { mnistRows } from './mnist-rows.js';
import type { Workload } from './workload.js';

/** Names the digit that the number of lit pixels ends in: different from image to image, and easy to say beforehand. */
const countingModel: LoadedModel = {
  signature: { inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 28, 28, 1], finite: true }], outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 10], finite: false }] },
  maxConcurrentRuns: 1,
  run: async (inputs) => {
    const { data, shape } = inputs.get('x') as Tensor;
    const rows = shape[0] ?? 0;
    const answer = new Float32Array(rows * 10);
    for (let row = 0; row < rows; row++) answer[row * 10 + (litPixels((data as Float32Array).subarray(row * 784, (row + 1) * 784)) % 10)] = 1;
    return new Map([['y', tensor('float32', [rows, 10], answer)]]);
  },
  dispose: async () => undefined,
};

function litPixels(pixels: ArrayLike<number>): number {
  return Array.from(pixels).filter((value) => value > 0).length;
}

let workload: Workload;
const bodyOf = (request: number): number[][][][] => JSON.parse(Buffer.from(workload.requests[request]?.body ?? []).toString()).instances;
const answer = (digits: number[]): Buffer => Buffer.from(JSON.stringify({ predictions: digits.map((digit) => Array.from({ length: 10 }, (_, index) => (index === digit ? 0.9 : 0.01))) }));

beforeAll(async () => {
  workload = await mnistRows({ model: countingModel, rowsPerRequest: 2, requests: 3, format: tfServingJson });
});

describe('mnistRows', () => {
  it('sends real images as nested lists of four decimals', async () => {
    expect(workload).toMatchObject({ name: 'mnist-2-rows, tf-serving-json', rowsPerRequest: 2 });
    const instances = bodyOf(0);
    expect([instances.length, instances[0]?.length, instances[0]?.[0]?.length, instances[0]?.[0]?.[0]?.length]).toEqual([2, 28, 28, 1]);
    const text = Buffer.from(workload.requests[0]?.body ?? []).toString();
    expect(text.startsWith('{"instances":[[[[0.0],[0.0],')).toBe(true);
    expect(text).toMatch(/0\.\d{4}/);
    expect(text).not.toMatch(/0\.\d{5}/);
    expect(bodyOf(1)).not.toEqual(bodyOf(2));
  });

  it('takes only the digits the model names alone, each in its row', () => {
    const digits = bodyOf(1).map((image) => litPixels(image.flat(2)) % 10);
    expect(workload.problemWith(1, answer(digits))).toBeNull();
    expect(workload.problemWith(1, answer([digits[0] ?? 0, ((digits[1] ?? 0) + 1) % 10]))).toMatch(/^Row 1 of an answer names the class/);
    expect(workload.problemWith(1, answer(digits.slice(1)))).toMatch(/1 predictions; 2 are expected/);
    expect(workload.problemWith(1, Buffer.from('<html>'))).toMatch(/no predictions/);
  });
});
