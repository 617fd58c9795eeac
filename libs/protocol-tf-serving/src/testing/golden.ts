import { readFileSync } from 'node:fs';
import { allocate, tensor, type Dtype, type Tensor } from '@switchyard/tensor';

/** Numbers JSON has no way to write (64-bit, NaN, -0) are texts; so are the elements of string tensors. */
export interface GoldenTensor {
  readonly shape: number[];
  readonly data: readonly (number | string)[];
}

/** The cases of a file under `golden/`. */
export function golden<Case>(file: string): Case[] {
  return JSON.parse(readFileSync(new URL(`../../golden/${file}.json`, import.meta.url), 'utf8')) as Case[];
}

/** The tensor that a case writes down. */
export function goldenTensor(dtype: Dtype, { shape, data: values }: GoldenTensor): Tensor {
  if (dtype === 'string') return tensor(dtype, shape, values.map((text) => Buffer.from(String(text))));
  const data = allocate(dtype, values.length);
  values.forEach((value, index) => {
    data[index] = typeof data[index] === 'bigint' ? BigInt(value) : Number(value);
  });
  return tensor(dtype, shape, data);
}
