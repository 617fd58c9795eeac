import { z } from 'zod';
import { modelNameSchema, modelVersionSchema } from './model-name.js';
import { signatureSchema } from './signature.js';

export const MODEL_FORMATS = ['onnx', 'tfjs-layers', 'tfjs-graph', 'saved-model'] as const;
export type ModelFormat = (typeof MODEL_FORMATS)[number];

/** One file of a version: `path` is relative to the version's folder, as `onnx/model.onnx`. */
export const modelFileSchema = z.object({
  path: z.string().regex(/^(?!.*(^|\/)\.{1,2}(\/|$))[A-Za-z0-9._/-]+$/),
  bytes: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** One form of the model. Engines load the folder `path` prefix `<format>/`. */
export const artifactSchema = z.object({
  format: z.enum(MODEL_FORMATS),
  files: z.array(modelFileSchema).min(1),
});

/** Order of an image input's dimensions after the rows: height, width, channels, or channels first. */
export const IMAGE_LAYOUTS = ['NHWC', 'NCHW'] as const;
/** How pixels are interpolated when a picture is made smaller or larger. */
export const RESIZE_FILTERS = ['nearest', 'bilinear', 'bicubic', 'lanczos'] as const;

/** How raw input becomes the tensor the model was trained on. `image` pixels are scaled as `(x − mean) · scale / std` per channel. */
export const preprocessingSchema = z.object({
  kind: z.literal('image'),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  channels: z.union([z.literal(1), z.literal(3)]),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  scale: z.number(),
  /** White-on-black training data: dark-on-light uploads are inverted when their border is light. */
  invertLightBackground: z.boolean().default(false),
  layout: z.enum(IMAGE_LAYOUTS).default('NHWC'),
  /** `mean` and `std` are in this order too. */
  channelOrder: z.enum(['RGB', 'BGR']).default('RGB'),
  /** Pixels of the shorter side before the middle `width` × `height` is cut out; null stretches the whole picture to that size. */
  resizeShortSide: z.number().int().positive().nullable().default(null),
  filter: z.enum(RESIZE_FILTERS).default('lanczos'),
});

export const lineageSchema = z.object({
  runId: z.string().nullable(),
  datasetName: z.string().nullable(),
  datasetDigest: z.string().nullable(),
  /** Uploads whose pictures are in that dataset, which nobody vouches for; absent where there are none. */
  uploads: z.number().int().min(1).optional(),
  parentVersion: modelVersionSchema.nullable(),
});

/** Where a version came from that was not trained here. */
export const originSchema = z.object({
  /** The import that made it: repeated, it finds its version. */
  importId: z.string().min(1),
  /** The number it has in the folder it was taken from; null for one that was uploaded. */
  sourceVersion: modelVersionSchema.nullable(),
});

/** Whether and how the model was compiled for a faster engine, or why not. */
export const compilationSchema = z.object({
  format: z.enum(MODEL_FORMATS),
  compiled: z.boolean(),
  /** Largest absolute difference between the two forms over the parity rows; null when not compiled. */
  maxAbsDifference: z.number().nullable(),
  parityRows: z.number().int(),
  reason: z.string(),
});

/** Which engine was found to run the model best when it was published, and why that one. */
export const engineChoiceSchema = z.object({ engine: z.string(), reason: z.string() });

/** What a model does, in TF Serving's words: `classify` and `regress` models answer the calls of that name too. */
export const METHOD_NAMES = ['predict', 'classify', 'regress'] as const;

/** What the publisher states about a version; the registry adds name, version and time. */
export const versionDraftSchema = z.object({
  signature: signatureSchema,
  /** What the model file calls its signature; callers may name it. */
  signatureName: z.string().min(1).max(256).default('serving_default'),
  methodName: z.enum(METHOD_NAMES).default('predict'),
  /** Fastest first: a worker serves the first artifact one of its engines can run. */
  artifacts: z.array(artifactSchema).min(1),
  preprocessing: preprocessingSchema.nullable().default(null),
  labels: z.array(z.string()).nullable().default(null),
  metrics: z.record(z.string(), z.number()).default({}),
  lineage: lineageSchema,
  origin: originSchema.nullable().default(null),
  compilation: compilationSchema.nullable().default(null),
  engineChoice: engineChoiceSchema.nullable().default(null),
});

/** `models/<name>/versions/<n>/manifest.json`: written once, after the files, and never changed. */
export const manifestSchema = versionDraftSchema.extend({
  name: modelNameSchema,
  version: modelVersionSchema,
  createdAt: z.iso.datetime(),
  /** The command that published it: delivered again, it finds its version. */
  commandId: z.string().optional(),
});

export type ModelFile = z.infer<typeof modelFileSchema>;
export type Artifact = z.infer<typeof artifactSchema>;
export type Preprocessing = z.infer<typeof preprocessingSchema>;
export type Compilation = z.infer<typeof compilationSchema>;
export type EngineChoiceRecord = z.infer<typeof engineChoiceSchema>;
export type MethodName = (typeof METHOD_NAMES)[number];
export type VersionDraft = z.infer<typeof versionDraftSchema>;
/** A draft as it is written down: what has a default may be left out. */
export type VersionDraftInput = z.input<typeof versionDraftSchema>;
export type Manifest = z.infer<typeof manifestSchema>;
