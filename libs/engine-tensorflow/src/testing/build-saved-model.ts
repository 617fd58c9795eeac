import protobuf from 'protobufjs/light.js';
import { SAVED_MODEL_MESSAGES, TENSORFLOW_TYPES } from '../saved-model-proto.js';

/** Dimensions, -1 for an open one; null leaves the rank open. */
export type TfShape = readonly number[] | null;

/** A tensor that a signature names: its type and shape as the signature states them, and the node that takes or gives it. */
export interface SignatureTensor {
  readonly type: string;
  readonly shape: TfShape;
  /** `node:0` by the tensor's own name when left out. */
  readonly node?: string;
}

export interface TfSignature {
  readonly inputs: Readonly<Record<string, SignatureTensor>>;
  readonly outputs: Readonly<Record<string, SignatureTensor>>;
  readonly methodName?: string;
}

export interface TfNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  /** `AttrValue`s, as in attr_value.proto, in camel case. */
  readonly attr?: Readonly<Record<string, object>>;
}

export interface TfGraph {
  readonly nodes: readonly TfNode[];
  readonly signatures: Readonly<Record<string, TfSignature>>;
  readonly tags?: readonly string[];
}

/** The graph's own messages, beside those that the inspector reads: graph.proto, node_def.proto, attr_value.proto, tensor.proto. */
const MESSAGES = {
  ...SAVED_MODEL_MESSAGES,
  MetaGraphDef: { fields: { ...SAVED_MODEL_MESSAGES.MetaGraphDef.fields, graphDef: { id: 2, type: 'GraphDef' } } },
  TensorInfo: { fields: { ...SAVED_MODEL_MESSAGES.TensorInfo.fields } },
  GraphDef: { fields: { node: { id: 1, type: 'NodeDef', rule: 'repeated' }, versions: { id: 4, type: 'VersionDef' } } },
  VersionDef: { fields: { producer: { id: 1, type: 'int32' } } },
  NodeDef: {
    fields: {
      name: { id: 1, type: 'string' }, op: { id: 2, type: 'string' }, input: { id: 3, type: 'string', rule: 'repeated' },
      attr: { id: 5, keyType: 'string', type: 'AttrValue' },
    },
  },
  AttrValue: {
    oneofs: { value: { oneof: ['list', 's', 'i', 'b', 'type', 'shape', 'tensor'] } },
    fields: {
      list: { id: 1, type: 'ListValue' }, s: { id: 2, type: 'bytes' },
      i: { id: 3, type: 'int64' }, b: { id: 5, type: 'bool' }, type: { id: 6, type: 'int32' },
      shape: { id: 7, type: 'TensorShapeProto' }, tensor: { id: 8, type: 'TensorProto' },
    },
  },
  ListValue: { fields: { i: { id: 3, type: 'int64', rule: 'repeated' } } },
  TensorProto: { fields: { dtype: { id: 1, type: 'int32' }, tensorShape: { id: 2, type: 'TensorShapeProto' }, tensorContent: { id: 4, type: 'bytes' } } },
};

const SAVED_MODEL = protobuf.Root.fromJSON({ nested: MESSAGES as unknown as Record<string, protobuf.AnyNestedObject> }).lookupType('SavedModel');

/** The bytes of a `saved_model.pb` without variables, as TensorFlow 2.15 loads it. */
export function buildSavedModel({ nodes, signatures, tags = ['serve'] }: TfGraph): Uint8Array {
  const signatureDef = Object.fromEntries(Object.entries(signatures).map(([name, signature]) => [name, signatureProto(signature)]));
  const graphDef = { versions: { producer: 1882 }, node: nodes };
  return SAVED_MODEL.encode(SAVED_MODEL.fromObject({ savedModelSchemaVersion: 1, metaGraphs: [{ metaInfoDef: { tags }, graphDef, signatureDef }] })).finish();
}

function signatureProto({ inputs, outputs, methodName = 'tensorflow/serving/predict' }: TfSignature): object {
  return { inputs: infos(inputs), outputs: infos(outputs), methodName };
}

function infos(tensors: Readonly<Record<string, SignatureTensor>>): object {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { type, shape, node = `${name}:0` }]) => [name, { name: node, dtype: typeNumber(type), tensorShape: shapeProto(shape) }]),
  );
}

/** `float`, `int64`, … as TensorFlow numbers it. */
export function typeNumber(type: string): number {
  const found = Object.entries(TENSORFLOW_TYPES).find(([, name]) => name === type)?.[0];
  if (found === undefined) throw new RangeError(`TensorFlow has no type "${type}"`);
  return Number(found);
}

export function shapeProto(shape: TfShape): object {
  return shape === null ? { unknownRank: true } : { dim: shape.map((size) => ({ size })) };
}

/** Where a request's tensor enters the graph. */
export function placeholder(name: string, type: string, shape: TfShape): TfNode {
  return { name, op: 'Placeholder', attr: { dtype: { type: typeNumber(type) }, shape: { shape: shapeProto(shape) } } };
}

/** Numbers the graph holds itself: there are no variables. */
export function constant(name: string, type: 'float' | 'int32', shape: readonly number[], values: readonly number[]): TfNode {
  const numbers = type === 'float' ? Float32Array.from(values) : Int32Array.from(values);
  const tensor = { dtype: typeNumber(type), tensorShape: shapeProto(shape), tensorContent: new Uint8Array(numbers.buffer) };
  return { name, op: 'Const', attr: { dtype: { type: typeNumber(type) }, value: { tensor } } };
}

export interface OperationOptions {
  readonly type?: string;
  readonly attr?: Readonly<Record<string, object>>;
}

/** A node whose one type attribute is `T`, as most arithmetic has it. */
export function operation(op: string, name: string, input: readonly string[], { type = 'float', attr = {} }: OperationOptions = {}): TfNode {
  return { name, op, input, attr: { T: { type: typeNumber(type) }, ...attr } };
}
