import { filesUnder, readText } from './repository-files.js';

export const SERVICES = ['api', 'inference-worker', 'trainer', 'registry'] as const;
export type Service = (typeof SERVICES)[number];

/** Read by Node, its libraries and the C library, not by us. */
const FOREIGN = ['NODE_ENV', 'NODE_OPTIONS', 'MALLOC_ARENA_MAX', 'MALLOC_MMAP_THRESHOLD_'];

/**
 * The environment variables a service reads, taken from the schemas in its `*.config.ts` and in the libraries'.
 * Undefined while the service has no configuration of its own.
 */
export function knownEnvironment(service: Service): ReadonlySet<string> | undefined {
  const own = filesUnder(`apps/${service}/src`, '.config.ts');
  if (own.length === 0) return undefined;
  const names = [...own, ...filesUnder('libs', '.config.ts')].flatMap((file) => [...readText(file).matchAll(/^\s*([A-Z][A-Z0-9_]+):/gm)]);
  return new Set([...FOREIGN, ...names.map((match) => match[1] as string)]);
}
