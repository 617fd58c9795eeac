import protobuf from 'protobufjs/light.js';

/**
 * What is read of a `saved_model.pb`: its signatures, without the graph. Names (in camel case) and field numbers are those of
 * saved_model.proto, meta_graph.proto and tensor_shape.proto in
 * https://github.com/tensorflow/tensorflow/tree/v2.15.1/tensorflow/core/protobuf and …/core/framework
 */
export const SAVED_MODEL_MESSAGES = {
  SavedModel: { fields: { savedModelSchemaVersion: { id: 1, type: 'int64' }, metaGraphs: { id: 2, type: 'MetaGraphDef', rule: 'repeated' } } },
  MetaGraphDef: {
    fields: { metaInfoDef: { id: 1, type: 'MetaInfoDef' }, signatureDef: { id: 5, keyType: 'string', type: 'SignatureDef' } },
  },
  MetaInfoDef: { fields: { tags: { id: 4, type: 'string', rule: 'repeated' } } },
  SignatureDef: {
    fields: {
      inputs: { id: 1, keyType: 'string', type: 'TensorInfo' },
      outputs: { id: 2, keyType: 'string', type: 'TensorInfo' },
      methodName: { id: 3, type: 'string' },
    },
  },
  TensorInfo: {
    fields: {
      name: { id: 1, type: 'string' }, dtype: { id: 2, type: 'int32' }, tensorShape: { id: 3, type: 'TensorShapeProto' },
      cooSparse: { id: 4, type: 'Composite' }, compositeTensor: { id: 5, type: 'Composite' },
    },
  },
  /** Only whether it is there matters. */
  Composite: { fields: {} },
  TensorShapeProto: { fields: { dim: { id: 2, type: 'Dim', rule: 'repeated' }, unknownRank: { id: 3, type: 'bool' } } },
  Dim: { fields: { size: { id: 1, type: 'int64' } } },
} as const satisfies Record<string, object>;

/** `DataType` of types.proto, by number, without the `DT_`. */
export const TENSORFLOW_TYPES: Readonly<Record<number, string>> = {
  1: 'float', 2: 'double', 3: 'int32', 4: 'uint8', 5: 'int16', 6: 'int8', 7: 'string', 8: 'complex64', 9: 'int64', 10: 'bool',
  14: 'bfloat16', 17: 'uint16', 18: 'complex128', 19: 'half', 20: 'resource', 21: 'variant', 22: 'uint32', 23: 'uint64',
};

export interface SavedModelProto {
  readonly metaGraphs: readonly MetaGraphDef[];
}

export interface MetaGraphDef {
  readonly metaInfoDef?: { readonly tags: readonly string[] };
  readonly signatureDef: Readonly<Record<string, SignatureDef>>;
}

export interface SignatureDef {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly outputs: Readonly<Record<string, TensorInfo>>;
  /** `tensorflow/serving/predict`, `…/classify`, `…/regress`, or what the author liked. */
  readonly methodName: string;
}

export interface TensorInfo {
  readonly dtype: number;
  /** Absent, or with `unknownRank`, when the rank is open; sizes of -1 are open. */
  readonly tensorShape?: { readonly dim: readonly { readonly size: number }[]; readonly unknownRank: boolean };
  readonly cooSparse?: object;
  readonly compositeTensor?: object;
}

const SAVED_MODEL = protobuf.Root.fromJSON({ nested: SAVED_MODEL_MESSAGES as unknown as Record<string, protobuf.AnyNestedObject> }).lookupType('SavedModel');

/** Reads the bytes of a `saved_model.pb`. May throw anything when they are none. */
export function decodeSavedModel(bytes: Uint8Array): SavedModelProto {
  return SAVED_MODEL.toObject(SAVED_MODEL.decode(bytes), { longs: Number, arrays: true, objects: true, defaults: true }) as SavedModelProto;
}
