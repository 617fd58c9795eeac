import { LocalProcess, type ProcessExit } from './local-process.js';
import { answersOk, waitUntilReady } from './wait-until-ready.js';

/** Longer than the services' own drain timeout (25 s, and 5 s to give up), so that they end by themselves. */
const STOP_GRACE_MS = 32_000;
const READY_TIMEOUT_MS = 60_000;

export interface ServiceOptions {
  /** For messages: "api", "inference-worker-2". */
  readonly name: string;
  /** The compiled entry file, absolute. */
  readonly entry: string;
  /** The whole environment of the process; nothing is inherited. */
  readonly env: NodeJS.ProcessEnv;
  /** Where it answers GET /ready. */
  readonly opsPort: number;
  /** The address it listens on, as it is reached from here. Default 127.0.0.1. */
  readonly host?: string;
  readonly onLine?: (line: string) => void;
}

/** One run of one service as a Node process. */
export interface ServiceProcess {
  readonly name: string;
  readonly pid: number;
  /** `http://<host>:<opsPort>` */
  readonly url: string;
  readonly isRunning: boolean;
  readonly exited: Promise<ProcessExit>;
  /** Resolves when GET /ready answers 2xx. @throws ServingError when it ends first or `timeoutMs` (60 s) runs out */
  ready(timeoutMs?: number): Promise<void>;
  /** SIGTERM, so that it drains; SIGKILL when it does not end. Idempotent. */
  stop(graceMs?: number): Promise<ProcessExit>;
  /** SIGKILL, as a crash. */
  kill(): Promise<ProcessExit>;
}

export function startService({ name, entry, env, opsPort, host = '127.0.0.1', onLine }: ServiceOptions): ServiceProcess {
  const child = new LocalProcess({ command: process.execPath, args: [entry], env, ...(onLine === undefined ? {} : { onLine }) });
  const url = `http://${host}:${opsPort}`;
  return {
    name,
    url,
    pid: child.pid,
    get isRunning() {
      return child.isRunning;
    },
    exited: child.exited,
    ready: (timeoutMs = READY_TIMEOUT_MS) => waitUntilReady({ name, process: child, isReady: () => answersOk(`${url}/ready`), timeoutMs }),
    stop: (graceMs = STOP_GRACE_MS) => child.stop(graceMs),
    kill: () => child.kill(),
  };
}
