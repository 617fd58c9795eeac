import { readFile } from 'node:fs/promises';
import protobuf from 'protobufjs/light.js';

/** The few fields that are read; everything else is skipped. Numbers as in https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto */
const MODEL = protobuf.Root.fromJSON({
  nested: {
    ModelProto: { fields: { graph: { id: 7, type: 'GraphProto' } } },
    GraphProto: {
      fields: { input: { id: 11, type: 'ValueInfoProto', rule: 'repeated' }, output: { id: 12, type: 'ValueInfoProto', rule: 'repeated' } },
    },
    ValueInfoProto: { fields: { name: { id: 1, type: 'string' }, type: { id: 2, type: 'TypeProto' } } },
    TypeProto: { fields: { tensorType: { id: 1, type: 'Tensor' } } },
    Tensor: { fields: { shape: { id: 2, type: 'TensorShapeProto' } } },
    TensorShapeProto: { fields: {} },
  },
}).lookupType('ModelProto');

interface ModelProto {
  readonly graph?: { readonly input?: readonly ValueInfoProto[]; readonly output?: readonly ValueInfoProto[] };
}

interface ValueInfoProto {
  readonly name: string;
  readonly type?: { readonly tensorType?: { readonly shape?: object } };
}

/** Names of the inputs and outputs whose rank the file states: the library shows a single value and an unknown rank alike. */
export async function statedRanks(file: string): Promise<ReadonlySet<string>> {
  const { graph } = MODEL.decode(await readFile(file)) as unknown as ModelProto;
  const values = [...(graph?.input ?? []), ...(graph?.output ?? [])];
  return new Set(values.filter(({ type }) => type?.tensorType?.shape !== undefined && type.tensorType.shape !== null).map(({ name }) => name));
}
