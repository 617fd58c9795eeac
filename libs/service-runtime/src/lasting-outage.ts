import type { Redis } from 'ioredis';

export interface OutageWatch {
  /** Resolves once Redis has been away for the whole grace; never while it is there. */
  readonly lasts: Promise<void>;
  stop(): void;
}

/** Watches a connection for an outage that is more than a restart of Redis. */
export function watchForOutage(redis: Redis, graceMs: number): OutageWatch {
  let timer: NodeJS.Timeout | undefined;
  let onAway!: () => void;
  const lasts = new Promise<void>((resolve) => (onAway = resolve));
  const begin = (): void => void (timer ??= setTimeout(onAway, graceMs));
  const end = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  redis.on('close', begin);
  redis.on('ready', end);
  if (redis.status !== 'ready') begin();
  return {
    lasts,
    stop() {
      redis.off('close', begin);
      redis.off('ready', end);
      end();
    },
  };
}
