import { message } from './protobuf.js';

const FLOAT = 1;
const INT64 = 7;
const OPSET = 13;

/** The dimension of the rows: any number of them. */
const ANY_ROWS = message([2, 'rows']);

/** `y = x`, one number a row, but for what `nodes` do: an ONNX file by the field numbers of onnx.proto3. */
function onnxModel(nodes: readonly Buffer[], initializers: readonly Buffer[] = [], rows = ANY_ROWS): Buffer {
  const tensor = message([1, FLOAT], [2, message([1, rows], [1, message([1, 1])])]);
  const graph = message(
    ...nodes.map((node) => [1, node] as const), [2, 'odd'], ...initializers.map((of) => [5, of] as const),
    [11, message([1, 'x'], [2, message([1, tensor])])], [12, message([1, 'y'], [2, message([1, tensor])])],
  );
  return message([1, 8], [8, message([1, ''], [2, OPSET])], [8, message([1, 'com.example'], [2, 1])], [7, graph]);
}

function node(type: string, inputs: readonly string[], output: string, more: readonly (readonly [number, string | Buffer])[] = []): Buffer {
  return message(...inputs.map((input) => [1, input] as const), [2, output], [4, type], ...more);
}

/** A model that returns what it is given. */
export const identityModel = (): Buffer => onnxModel([node('Identity', ['x'], 'y')]);

/** A model that negates what it is given. */
export const negatingModel = (): Buffer => onnxModel([node('Neg', ['x'], 'y')]);

/** The same, of exactly so many rows at a time, as exporters write it that are not told of a batch. */
export const negatingModelOf = (rows: number): Buffer => onnxModel([node('Neg', ['x'], 'y')], [], message([1, rows]));

/** A model with an operator that no runtime has. */
export const customOperatorModel = (): Buffer => onnxModel([node('Frobnicate', ['x'], 'y', [[7, 'com.example']])]);

/** A model of a few hundred bytes that widens each row to four gibibytes before it sums it up. */
export function greedyModel(): Buffer {
  const shape = Buffer.alloc(16);
  shape.writeBigInt64LE(1n, 0);
  shape.writeBigInt64LE(2n ** 30n, 8);
  const wide = message([1, 2], [2, INT64], [8, 'wide'], [9, shape]);
  return onnxModel([node('Expand', ['x', 'wide'], 'widened'), node('ReduceMax', ['widened'], 'y', [[5, axesAttribute()]])], [wide]);
}

/** `axes = [1]`: name 1, type 20 (INTS is 7), ints 8. */
function axesAttribute(): Buffer {
  return message([1, 'axes'], [8, 1], [20, 7]);
}
