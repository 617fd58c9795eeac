import type { Server } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';

/** How often a client that watches may learn of a change. */
const LOOK_EVERY_MS = 1_000;

export interface HealthReport {
  /** From now on NOT_SERVING, whatever `isReady` says. */
  drain(): void;
  close(): void;
}

/** Serves grpc.health.v1 (https://github.com/grpc/grpc/blob/master/doc/health-checking.md): the server as a whole under "", and each service. */
export function serveHealth(server: Server, services: readonly string[], isReady: () => Promise<boolean>): HealthReport {
  const health = new HealthImplementation();
  let isDraining = false;
  let last: boolean | undefined;
  const set = (ready: boolean): void => {
    if (ready === last) return;
    last = ready;
    for (const name of ['', ...services]) health.setStatus(name, ready ? 'SERVING' : 'NOT_SERVING');
  };
  const look = async (): Promise<void> => {
    const ready = await isReady().catch(() => false);
    set(ready && !isDraining);
  };
  set(false);
  void look();
  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();
  health.addToServer(server);
  return {
    drain() {
      isDraining = true;
      set(false);
    },
    close: () => clearInterval(timer),
  };
}
