import { z } from 'zod';

/** What every service reads from its environment; each service's own `*.config.ts` extends it. */
export const serviceConfigSchema = z.object({
  /** Redis 7 or newer, with `maxmemory-policy noeviction`. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).default('redis://127.0.0.1:6379'),
  /** `file:///absolute/folder`, or `s3://host:port/bucket` (`?tls=false` for plain HTTP, `?region=` where it matters). */
  OBJECT_STORE_URL: z.url({ protocol: /^(file|s3)$/ }),
  OBJECT_STORE_ACCESS_KEY: z.string().default(''),
  OBJECT_STORE_SECRET_KEY: z.string().default(''),
  /** Begins every Redis key; the braces keep all keys in one slot of a Redis Cluster. */
  QUEUE_PREFIX: z.string().regex(/^\{[A-Za-z0-9_-]+\}$/, 'must be a name in braces, as "{switchyard}"').default('{switchyard}'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Address to listen on; 0.0.0.0 in a container. */
  HOST: z.string().default('127.0.0.1'),
  /** How long a service may take to finish what it has in hand after SIGTERM. */
  DRAIN_TIMEOUT_MS: z.coerce.number().int().min(0).default(25_000),
});

export type ServiceConfig = z.infer<typeof serviceConfigSchema>;

/**
 * Reads and checks the environment once, at start.
 * A bad value stops the process with every problem listed: a server that starts with a typo is worse than one that does not.
 */
export function loadConfig<Schema extends z.ZodType>(schema: Schema, environment: NodeJS.ProcessEnv = process.env): z.infer<Schema> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  process.stderr.write(`The environment cannot be used:\n${problems.join('\n')}\n`);
  process.exit(1);
}
