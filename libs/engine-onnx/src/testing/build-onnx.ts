import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs/light.js';

/** `[name, element type, dimensions]`: a number fixes a dimension, a name leaves it open, null leaves the rank open. */
export type Value = readonly [name: string, type: keyof typeof ELEMENT_TYPES, dims: readonly (number | string)[] | null];

export interface OnnxGraph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** `[operator, inputs, outputs]`, operators without attributes only. */
  readonly nodes: readonly (readonly [operator: string, inputs: readonly string[], outputs: readonly string[]])[];
}

/** `TensorProto.DataType`, as far as tests need it. */
export const ELEMENT_TYPES = { float32: 1, int64: 7, string: 8, bool: 9, complex64: 14 } as const;

/** Fields and numbers of https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto */
const MODEL = protobuf.Root.fromJSON({
  nested: {
    Model: { fields: { irVersion: { id: 1, type: 'int64' }, graph: { id: 7, type: 'Graph' }, opsetImport: { id: 8, type: 'Opset', rule: 'repeated' } } },
    Opset: { fields: { domain: { id: 1, type: 'string' }, version: { id: 2, type: 'int64' } } },
    Graph: {
      fields: {
        node: { id: 1, type: 'Node', rule: 'repeated' }, name: { id: 2, type: 'string' },
        input: { id: 11, type: 'ValueInfo', rule: 'repeated' }, output: { id: 12, type: 'ValueInfo', rule: 'repeated' },
      },
    },
    Node: { fields: { input: { id: 1, type: 'string', rule: 'repeated' }, output: { id: 2, type: 'string', rule: 'repeated' }, opType: { id: 4, type: 'string' } } },
    ValueInfo: { fields: { name: { id: 1, type: 'string' }, type: { id: 2, type: 'Type' } } },
    Type: { fields: { tensorType: { id: 1, type: 'Tensor' } } },
    Tensor: { fields: { elemType: { id: 1, type: 'int32' }, shape: { id: 2, type: 'Shape' } } },
    Shape: { fields: { dim: { id: 1, type: 'Dim', rule: 'repeated' } } },
    Dim: { oneofs: { value: { oneof: ['dimValue', 'dimParam'] } }, fields: { dimValue: { id: 1, type: 'int64' }, dimParam: { id: 2, type: 'string' } } },
  },
}).lookupType('Model');

/** A folder with this graph as its `model.onnx`. The caller removes it. */
export async function writeOnnx({ inputs, outputs, nodes }: OnnxGraph): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-onnx-'));
  const graph = {
    name: 'test', input: inputs.map(valueInfo), output: outputs.map(valueInfo),
    node: nodes.map(([opType, input, output]) => ({ opType, input, output })),
  };
  const bytes = MODEL.encode(MODEL.fromObject({ irVersion: 8, opsetImport: [{ domain: '', version: 17 }], graph })).finish();
  await writeFile(join(directory, 'model.onnx'), bytes);
  return directory;
}

function valueInfo([name, type, dims]: Value): object {
  const shape = dims === null ? {} : { shape: { dim: dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size })) } };
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES[type], ...shape } } };
}
