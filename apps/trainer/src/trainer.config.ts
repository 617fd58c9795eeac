import { z } from 'zod';
import { serviceConfigSchema } from '@switchyard/service-runtime';

export const trainerConfigSchema = serviceConfigSchema.extend({
  /** Port of /health, /ready and /metrics. */
  OPS_PORT: z.coerce.number().int().min(0).max(65_535).default(9102),
  /** The folder of pipeline files, one `<name>.json` each. */
  PIPELINES_DIRECTORY: z.string().min(1).default('pipelines'),
  /** How long one fit may take. */
  FIT_TIMEOUT_MS: z.coerce.number().int().min(1_000).default(3_600_000),
  /** How long the registry may take to publish a version before the run is tried again. */
  PUBLISH_TIMEOUT_MS: z.coerce.number().int().min(1_000).default(60_000),
});

export type TrainerConfig = z.infer<typeof trainerConfigSchema>;
