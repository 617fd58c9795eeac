import { ServingError } from '@switchyard/errors';
import { z } from 'zod';
import { camelCaseConfig } from './camel-case-config.js';
import { ExportRefusal } from './export-refusal.js';

/** A reference to a tensor: the layer's name, which of its calls, which of that call's outputs (and arguments, which inference ignores). */
const tensorReferenceSchema = z.tuple([z.string(), z.number().int(), z.number().int()]).rest(z.unknown());

/** Keras' JSON of one layer, in camel case; a nested model is a layer whose config has layers of its own. */
const layerEntrySchema = z.object({
  className: z.string(),
  name: z.string().optional(),
  config: z.unknown(),
  inboundNodes: z.array(z.array(tensorReferenceSchema)).optional(),
});

const layerConfigSchema = z.looseObject({ name: z.string() });
const sequentialConfigSchema = z.object({ name: z.string().optional(), layers: z.array(layerEntrySchema).min(1) });
const functionalConfigSchema = z.object({
  name: z.string().optional(),
  layers: z.array(layerEntrySchema.extend({ name: z.string() })).min(1),
  inputLayers: z.array(tensorReferenceSchema).min(1),
  outputLayers: z.array(tensorReferenceSchema).min(1),
});

export type LayerEntry = z.infer<typeof layerEntrySchema>;
export type SequentialConfig = z.infer<typeof sequentialConfigSchema>;
export type FunctionalConfig = z.infer<typeof functionalConfigSchema>;
export type TensorReference = z.infer<typeof tensorReferenceSchema>;

/** The class names under which Keras and tfjs save models; any of them may also stand as a layer in another model. */
const FUNCTIONAL_CLASSES = new Set(['Model', 'Functional', 'LayersModel', 'Container']);

export function isModel(entry: LayerEntry): boolean {
  return isSequential(entry) || FUNCTIONAL_CLASSES.has(entry.className);
}

export function isSequential(entry: LayerEntry): boolean {
  return entry.className === 'Sequential';
}

/** @throws ServingError `model-invalid` when the JSON is not a model's. @throws ExportRefusal when it was saved by Keras 3. */
export function parseTopology(json: unknown): LayerEntry {
  const topology = camelCaseConfig(json);
  if (JSON.stringify(topology).includes('"KerasTensor"')) {
    throw new ExportRefusal('The topology was saved by Keras 3, in a form that neither tfjs nor the ONNX export reads.');
  }
  const entry = parse(layerEntrySchema, topology, 'model');
  if (!isModel(entry))
    throw new ExportRefusal(`The model is of class ${entry.className}; the ONNX export knows Sequential and functional models.`);
  return entry;
}

/** The layers of a Sequential model; old files hold the bare list. */
export function sequentialConfig(entry: LayerEntry): SequentialConfig {
  return parse(sequentialConfigSchema, Array.isArray(entry.config) ? { layers: entry.config } : entry.config, entry.className);
}

export function functionalConfig(entry: LayerEntry): FunctionalConfig {
  return parse(functionalConfigSchema, entry.config, entry.className);
}

/** The arguments of a plain layer, its name among them. */
export function layerConfig(entry: LayerEntry): z.infer<typeof layerConfigSchema> {
  return parse(layerConfigSchema, entry.config, entry.className);
}

function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ServingError('model-invalid', `The topology in "model.json" is malformed at a ${what}: ${z.prettifyError(result.error)}`);
}
