import { totalmem } from 'node:os';
import { z } from 'zod';
import { serviceConfigSchema } from '@switchyard/service-runtime';

export const registryConfigSchema = serviceConfigSchema.extend({
  /** Port of /health, /ready and /metrics. */
  OPS_PORT: z.coerce.number().int().min(0).max(65_535).default(9103),
  /** Answers of asynchronous jobs in the object store are deleted after this time. */
  JOB_RESULT_TTL_MS: z.coerce.number().int().min(1_000).default(24 * 60 * 60 * 1000),
  /** A folder laid out as TensorFlow Serving's, `<model>/<version>/…`, whose new versions are imported; none by default. */
  MODEL_DIRECTORY: z.string().min(1).optional(),
  /** TensorFlow Serving's `model_config_file`: a text file that lists the folders of models, which are watched in the same way. */
  MODEL_CONFIG_FILE: z.string().min(1).optional(),
  /** Bytes of an imported model, at most, packed or unpacked. */
  MAX_MODEL_SIZE: z.coerce.number().int().min(1_024).default(4 * 1024 ** 3),
  /** How long one step of an import may take: reading the model, compiling it, trying it on one engine. */
  IMPORT_STEP_TIMEOUT_MS: z.coerce.number().int().min(1_000).default(300_000),
  /** Bytes of memory that a step's process may take; by default half of what this machine or container has. */
  IMPORT_MAX_MEMORY: z.coerce.number().int().min(256 * 1024 ** 2).default(defaultMaxMemory),
  /** Imports, and files of imports that died half-way, are deleted after this time. */
  IMPORT_TTL_MS: z.coerce.number().int().min(1_000).default(24 * 60 * 60 * 1000),
});

/** A container's limit where there is one; Node reports none as 0 or as a number beyond the machine's memory. */
function defaultMaxMemory(): number {
  const machine = totalmem();
  const container = process.constrainedMemory() || machine;
  return Math.floor(Math.min(machine, container) / 2);
}

export type RegistryConfig = z.infer<typeof registryConfigSchema>;
