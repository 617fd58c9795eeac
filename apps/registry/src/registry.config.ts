import { z } from 'zod';
import { serviceConfigSchema } from '@switchyard/service-runtime';

export const registryConfigSchema = serviceConfigSchema.extend({
  /** Port of /health, /ready and /metrics. */
  OPS_PORT: z.coerce.number().int().min(0).max(65_535).default(9103),
  /** Answers of asynchronous jobs in the object store are deleted after this time. */
  JOB_RESULT_TTL_MS: z.coerce.number().int().min(1_000).default(24 * 60 * 60 * 1000),
});

export type RegistryConfig = z.infer<typeof registryConfigSchema>;
