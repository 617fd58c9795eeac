/**
 * The values of one feature, all of one kind, in TensorFlow's three kinds
 * (tensorflow/core/example/feature.proto: `bytes_list`, `float_list`, `int64_list`).
 */
export type Feature =
  | { readonly kind: 'bytes'; readonly values: readonly Uint8Array[] }
  | { readonly kind: 'float'; readonly values: readonly number[] | Float32Array }
  | { readonly kind: 'int64'; readonly values: readonly bigint[] | BigInt64Array };

/** Features by name (`tf.Example`). A Map, so that no name (`__proto__`) is special. */
export type Example = ReadonlyMap<string, Feature>;

/** What a classify or regress call brings: one example a row, and features that all of them share. */
export interface ExampleList {
  readonly examples: readonly Example[];
  /** A feature that an example has too is the example's. */
  readonly context?: Example;
}
