import { ServingError } from '@switchyard/errors';
import { jsonText, toElement, type Element, type Json } from '@switchyard/json-numbers';
import type { Dtype, Shape } from '@switchyard/tensor';
import { TF_ELEMENTS } from './json-elements.js';

/** Where the elements of nested lists go, in row-major order. */
export interface Collected {
  readonly dtype: Dtype;
  readonly elements: Element[];
}

/** The shape nested lists have if they are regular: the length of the list, of its first element, and so on; `[]` for a value. */
export function shapeOfFirst(value: Json): number[] {
  const shape: number[] = [];
  for (let inner: Json | undefined = value; isList(inner); inner = inner[0]) shape.push(inner.length);
  return shape;
}

/**
 * Appends the values of nested lists, which must be exactly of `shape`.
 * @throws ServingError `invalid-input` with TensorFlow Serving's words on ragged lists, mixed depths and wrong types.
 */
export function collectElements(value: Json, shape: Shape, into: Collected): void {
  collectLevel(value, 0, shape, into);
}

/** Recursion ends at the rank of the shape, which the depth of the document bounds. */
function collectLevel(value: Json, level: number, shape: Shape, into: Collected): void {
  if (!isList(value)) {
    if (level !== shape.length) {
      throw new ServingError('invalid-input', `JSON Value: ${jsonText(value)} found at incorrect level: ${level + 1} in the JSON DOM. Expected at level: ${shape.length}`);
    }
    into.elements.push(toElement(value, into.dtype, TF_ELEMENTS));
    return;
  }
  if (level >= shape.length) throw new ServingError('invalid-input', `Encountered list at unexpected level: ${level} expected < ${shape.length}`);
  if (value.length !== shape[level]) {
    throw new ServingError('invalid-input', `Encountered list at unexpected size: ${value.length} at level: ${level} expected size: ${shape[level]}`);
  }
  for (const element of value) collectLevel(element, level + 1, shape, into);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
