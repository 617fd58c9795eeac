import { isAbsolute } from 'node:path';
import textformat from 'protobufjs/ext/textformat.js';
import { z } from 'zod';
import { ServingError } from '@switchyard/errors';
import { watchedModelConfigSchema, type WatchedModelConfig } from '@switchyard/model-import';
import { MODEL_SERVER_CONFIG } from './model-server-config-proto.js';

/** A model that the file lists. */
export interface ListedModel {
  readonly name: string;
  /** Absolute path of the folder that holds its version folders. */
  readonly directory: string;
  readonly config: Pick<WatchedModelConfig, 'model_version_policy' | 'version_labels'>;
}

const { model_version_policy, version_labels } = watchedModelConfigSchema.shape;
const fileSchema = z.object({
  model_config_list: z.object({
    config: z.array(z.strictObject({
      name: z.string({ error: 'each config needs a name' }).min(1),
      base_path: z.string({ error: 'each config needs a base_path' }).refine(isAbsolute, { error: 'an absolute path is expected' }),
      model_platform: z.literal('tensorflow', { error: 'only "tensorflow" is known' }).optional(),
      model_version_policy, version_labels,
    })).default([]),
  }, { error: 'a model_config_list is expected' }),
});

/**
 * Reads TensorFlow Serving's `model_config_file`: a `ModelServerConfig` in protobuf's text format.
 * @throws ServingError `invalid-input` saying what of it cannot be read, or is not known here
 */
export function parseModelServerConfig(text: string): ListedModel[] {
  const parsed = fileSchema.safeParse(MODEL_SERVER_CONFIG.toObject(messageOf(text), { longs: Number }));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ServingError('invalid-input', `The model_config_file cannot be used: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`);
  }
  const models = parsed.data.model_config_list.config.map(({ name, base_path: directory, model_platform: _, ...config }) => ({ name, directory, config }));
  const twice = models.find(({ name }, index) => models.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw new ServingError('invalid-input', `The model_config_file lists the model "${twice.name}" twice.`);
  return models;
}

function messageOf(text: string): ReturnType<typeof textformat.fromText> {
  try {
    return textformat.fromText(MODEL_SERVER_CONFIG, text);
  } catch (cause) {
    throw new ServingError('invalid-input', `The model_config_file cannot be read as a ModelServerConfig in text format: ${(cause as Error).message}.`, { cause });
  }
}
