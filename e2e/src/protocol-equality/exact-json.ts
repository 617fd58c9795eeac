import type { Tensor } from '@switchyard/tensor';
import { toWire, type WireValue } from './wire-values.js';

/** Bare tokens that `JSON.parse` refuses or rounds: NaN, the infinities, integers of 16 digits and more. */
const UNSAFE_TOKEN = /(?<=[[,:])(-?\d{16,}|NaN|-?Infinity)(?=[,\]}])/g;

/** A document without loss: what `JSON.parse` would refuse or round stands in it as text. */
export function parseExactly(text: string): unknown {
  return JSON.parse(text.replace(UNSAFE_TOKEN, '"$1"'));
}

/** Each row of a tensor of two dimensions as JSON text. */
export function rowTexts(of: Tensor): string[] {
  const columns = of.shape[1]!;
  const elements = elementTexts(of);
  return Array.from({ length: of.shape[0]! }, (_, row) => `[${elements.slice(row * columns, (row + 1) * columns).join(',')}]`);
}

/** Each element as JSON text, floats always with a point or an exponent. */
export function elementTexts(of: Tensor): string[] {
  const isFloat = of.dtype === 'float32' || of.dtype === 'float64';
  return toWire(of).map((value) => (isFloat ? floatText(value as number) : textOf(value)));
}

function textOf(value: WireValue): string {
  return value instanceof Uint8Array ? JSON.stringify(Buffer.from(value).toString('utf8')) : String(value);
}

function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
