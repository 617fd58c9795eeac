import { ServingError } from '@switchyard/errors';
import { ByteWriter, CLOSE_LIST, CLOSE_OBJECT, COMMA, OPEN_LIST, OPEN_OBJECT } from '@switchyard/json-numbers';
import type { Signature } from '@switchyard/model-registry';
import { elementCount, type Tensor, type TensorMap } from '@switchyard/tensor';
import type { PredictFormat } from './decoded-predict.js';
import { elementWriter, type WriteElement } from './write-element.js';

/** A number and its comma, as a first guess; names and brackets come on top. */
const BYTES_PER_ELEMENT = 14;
const BYTES_AROUND = 64;

/**
 * Encodes the outputs in the format of the request: `{"predictions": [row, …]}`, a row being bare when there is one output and an object
 * by name when there are several; or `{"outputs": value}`, `{"outputs": {name: value, …}}`.
 * Floats read back to exactly the same bits (see `writeFloat32`); NaN and infinities are bare tokens, which strict JSON readers refuse.
 * Strings are text, or `{"b64": …}` when the output's name ends in `_bytes`.
 * @throws ServingError `engine-failed` when outputs disagree about the number of rows, `invalid-input` for float16, which this format lacks.
 */
export function encodePredict(format: PredictFormat, outputs: TensorMap, signature: Signature): Buffer {
  const parts = signature.outputs.flatMap(({ name }) => {
    const output = outputs.get(name);
    return output === undefined ? [] : [{ name, output, writeElement: elementWriter(name, output) }];
  });
  const elements = parts.reduce((sum, { output }) => sum + elementCount(output.shape), 0);
  const writer = new ByteWriter(BYTES_AROUND + elements * BYTES_PER_ELEMENT);
  if (format === 'row') writeRows(writer, parts);
  else writeColumns(writer, parts);
  writer.byte(CLOSE_OBJECT);
  return writer.finish();
}

interface Part {
  readonly name: string;
  readonly output: Tensor;
  readonly writeElement: WriteElement;
}

function writeRows(writer: ByteWriter, parts: readonly Part[]): void {
  const rows = agreedRows(parts);
  writer.ascii('{"predictions":[');
  for (let row = 0; row < rows; row++) {
    if (row > 0) writer.byte(COMMA);
    writeParts(writer, parts, (part) => writeRow(writer, part, row));
  }
  writer.byte(CLOSE_LIST);
}

function writeColumns(writer: ByteWriter, parts: readonly Part[]): void {
  writer.ascii('{"outputs":');
  writeParts(writer, parts, (part) => writeNested(writer, part, 0, 0));
}

/** One part bare, several as an object by name. */
function writeParts(writer: ByteWriter, parts: readonly Part[], write: (part: Part) => void): void {
  if (parts.length === 1) return write(parts[0]!);
  writer.byte(OPEN_OBJECT);
  parts.forEach((part, index) => {
    if (index > 0) writer.byte(COMMA);
    writer.utf8(`${JSON.stringify(part.name)}:`);
    write(part);
  });
  writer.byte(CLOSE_OBJECT);
}

function writeRow(writer: ByteWriter, part: Part, row: number): void {
  writeNested(writer, part, 1, row * elementCount(part.output.shape.slice(1)));
}

/** Writes the value at `depth` of the shape that begins with the element `first`; returns the index behind its last element. */
function writeNested(writer: ByteWriter, part: Part, depth: number, first: number): number {
  const size = part.output.shape[depth];
  if (size === undefined) {
    part.writeElement(writer, first);
    return first + 1;
  }
  let next = first;
  writer.byte(OPEN_LIST);
  for (let index = 0; index < size; index++) {
    if (index > 0) writer.byte(COMMA);
    next = writeNested(writer, part, depth + 1, next);
  }
  writer.byte(CLOSE_LIST);
  return next;
}

function agreedRows(parts: readonly Part[]): number {
  const rows = parts[0]?.output.shape[0] ?? 0;
  for (const { name, output } of parts) {
    if (output.shape[0] !== rows) {
      throw new ServingError('engine-failed', `Tensor name: ${name} has inconsistent batch size: ${output.shape[0]} expecting: ${rows}`);
    }
  }
  return rows;
}
