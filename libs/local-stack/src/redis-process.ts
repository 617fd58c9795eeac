import { mkdir } from 'node:fs/promises';
import { ServingError } from '@switchyard/errors';
import { findRedisBinary } from './find-binary.js';
import { freePort } from './free-port.js';
import { LocalProcess } from './local-process.js';
import { redisAnswers } from './redis-ping.js';
import { SupervisedRedis } from './supervised-redis.js';
import type { ServiceEvent } from './supervised-service.js';
import { waitUntilReady } from './wait-until-ready.js';

const START_TIMEOUT_MS = 15_000;
/** Another program may take a free port before Redis does. */
const PORT_ATTEMPTS = 3;

export interface RedisOptions {
  /** Absolute path; holds the append-only file, from which a later start in the same folder regains everything. */
  readonly directory: string;
  /** Default: what `findRedisBinary` finds. */
  readonly binary?: string;
  readonly onLine?: (line: string) => void;
}

/** A Redis of one's own, on a free port of the loopback address. The address stays the same over restarts. */
export interface RedisProcess {
  readonly url: string;
  readonly port: number;
  /** Of the process that runs now. */
  readonly pid: number;
  /** Orderly: everything written so far is on disk. Idempotent. */
  stop(): Promise<void>;
  /** As a crash: at most the last second of writes is lost. Idempotent. */
  kill(): Promise<void>;
  /** Stops it if it runs, starts it again on the same port and folder, and resolves when it answers. */
  restart(): Promise<void>;
  /** From now on starts it again whenever it ends unasked (`kill` counts as that), a bounded number of times in a row. */
  keepRunning(onEvent: (event: ServiceEvent) => void): void;
}

/** @throws ServingError `queue-unavailable` when there is no binary or it does not start */
export async function startRedis(options: RedisOptions): Promise<RedisProcess> {
  const binary = options.binary ?? findRedisBinary();
  if (binary === undefined) {
    throw new ServingError('queue-unavailable', 'Neither redis-server nor valkey-server is on PATH; run "npm run setup", or install Redis 7 or newer.');
  }
  await mkdir(options.directory, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return new SupervisedRedis(await launch(binary, port, options), () => launch(binary, port, options), port);
    } catch (error) {
      if (attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function launch(binary: string, port: number, { directory, onLine }: RedisOptions): Promise<LocalProcess> {
  const child = new LocalProcess({
    command: binary,
    args: redisArguments(port, directory),
    // With a locale that is not installed Redis refuses to start.
    env: { ...process.env, LC_ALL: 'C' },
    ...(onLine === undefined ? {} : { onLine }),
  });
  try {
    await waitUntilReady({ name: 'Redis', process: child, isReady: () => redisAnswers(port), timeoutMs: START_TIMEOUT_MS });
    return child;
  } catch (error) {
    await child.kill();
    throw new ServingError('queue-unavailable', error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function redisArguments(port: number, directory: string): string[] {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: directory,
    daemonize: 'no',
    // Work in flight survives a crash; a lost job would be a lost answer.
    appendonly: 'yes',
    appendfsync: 'everysec',
    // Inputs pass through the file at tens of MB a second: with the default of 64 MB it would be rewritten every few seconds.
    'auto-aof-rewrite-min-size': '512mb',
    save: '',
    // BullMQ's keys must never be evicted; a full Redis has to say so.
    'maxmemory-policy': 'noeviction',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}
