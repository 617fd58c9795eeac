import { refuseLayer } from './export-refusal.js';
import type { Layer, Weight } from './layers-model.js';

/** A number among the layer's arguments; `fallback` when it is absent or null. @throws ExportRefusal when it is something else. */
export function numberSetting(layer: Layer, key: string, fallback: number): number {
  const value = layer.config[key] ?? fallback;
  return typeof value === 'number' ? value : refuseSetting(layer, key, 'a number');
}

/** A flag among the layer's arguments. @throws ExportRefusal when it is no boolean. */
export function flagSetting(layer: Layer, key: string, fallback: boolean): boolean {
  const value = layer.config[key] ?? fallback;
  return typeof value === 'boolean' ? value : refuseSetting(layer, key, 'true or false');
}

/** A word among the layer's arguments, in camel case. @throws ExportRefusal when it is no string. */
export function textSetting(layer: Layer, key: string, fallback: string): string {
  const value = layer.config[key] ?? fallback;
  return typeof value === 'string' ? value : refuseSetting(layer, key, 'a string');
}

/** `count` whole numbers; one number stands for all of them, as in Keras (`strides: 2`). @throws ExportRefusal for anything else. */
export function sizesSetting(layer: Layer, key: string, count: number, fallback?: readonly number[] | number): readonly number[] {
  const value = layer.config[key] ?? fallback;
  if (Number.isInteger(value)) return Array.from({ length: count }, () => value as number);
  if (isWholeNumbers(value) && value.length === count) return value;
  return refuseSetting(layer, key, `${count} whole numbers`);
}

/** Elements before and after, along one axis. */
export type Margins = readonly [before: number, after: number];

/** Height and width margins, from any form of Keras' `padding` of images: a number, two numbers, or two pairs; 1 by default. @throws ExportRefusal for anything else. */
export function imagePaddingSetting(layer: Layer): readonly [Margins, Margins] {
  const value = layer.config['padding'] ?? 1;
  const sides = Array.isArray(value) && value.length === 2 ? (value as readonly unknown[]) : [value, value];
  const [vertical, horizontal] = sides.map((side) => (typeof side === 'number' ? [side, side] : side));
  if (isMargins(vertical) && isMargins(horizontal)) return [vertical, horizontal];
  return refuseSetting(layer, 'padding', 'a number, two numbers or two pairs of numbers');
}

/** The name of an activation, which is saved as a word or as `{className}`; `linear` when there is none. */
export function activationSetting(layer: Layer): string {
  const value = layer.config['activation'] ?? 'linear';
  if (typeof value === 'string') return value;
  const className = (value as { readonly className?: unknown }).className;
  return typeof className === 'string' ? className : refuseSetting(layer, 'activation', 'the name of an activation');
}

/** Whether `axis` (of tensors, the batch being 0; alone or the only one in a list) is the last of rows with `rowRank` dimensions. */
export function isLastAxis(axis: unknown, rowRank: number): boolean {
  const single: unknown = Array.isArray(axis) && axis.length === 1 ? axis[0] : axis;
  return single === -1 || single === rowRank;
}

/** A weight that the layer's arguments promise. @throws ExportRefusal when the file lacks it. */
export function weightOf(layer: Layer, name: string): Weight {
  return layer.weights.get(name) ?? refuseLayer(layer, `has no weight "${name}" in the model's file.`);
}

/** @throws ExportRefusal when the layer's tensors have their channels before height and width. */
export function requireChannelsLast(layer: Layer): void {
  if (textSetting(layer, 'dataFormat', 'channelsLast') !== 'channelsLast') {
    refuseLayer(layer, 'has its channels first; the ONNX export knows channels last only.');
  }
}

/** Ends the export over an argument that is not of the expected form. @throws ExportRefusal always. */
export function refuseSetting(layer: Layer, key: string, expected: string): never {
  refuseLayer(layer, `has ${key} ${JSON.stringify(layer.config[key])}, where the ONNX export expects ${expected}.`);
}

function isWholeNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(Number.isInteger);
}

function isMargins(value: unknown): value is Margins {
  return isWholeNumbers(value) && value.length === 2;
}
