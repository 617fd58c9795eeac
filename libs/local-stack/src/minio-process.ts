import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { ServingError } from '@switchyard/errors';
import { findMinioBinary } from './find-binary.js';
import { freePort } from './free-port.js';
import { LocalProcess } from './local-process.js';
import { answersOk, waitUntilReady } from './wait-until-ready.js';

const START_TIMEOUT_MS = 30_000;
const STOP_GRACE_MS = 10_000;
const PORT_ATTEMPTS = 3;

export interface MinioOptions {
  /** Absolute path; holds the objects. */
  readonly directory: string;
  /** Default: what `findMinioBinary` finds. */
  readonly binary?: string;
  readonly onLine?: (line: string) => void;
}

/** A MinIO of one's own, plain HTTP on the loopback address, with keys nobody else knows. */
export interface MinioProcess {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly pid: number;
  /** Idempotent. */
  stop(): Promise<void>;
  /** As a crash. Idempotent. */
  kill(): Promise<void>;
  /** Stops it if it runs, and starts it again on the same port, folder and keys. */
  restart(): Promise<void>;
}

/** @throws ServingError `storage-unavailable` when there is no binary or it does not start */
export async function startMinio(options: MinioOptions): Promise<MinioProcess> {
  const binary = options.binary ?? findMinioBinary();
  if (binary === undefined) {
    throw new ServingError('storage-unavailable', 'The program minio is not on PATH; run "npm run setup", which builds it where Go is installed.');
  }
  await mkdir(options.directory, { recursive: true });
  const keys = { accessKey: randomBytes(8).toString('hex'), secretKey: randomBytes(16).toString('hex') };
  for (let attempt = 1; ; attempt++) {
    const server = { binary, port: await freePort(), ...keys };
    try {
      return controlMinio(await launch(server, options), server, options);
    } catch (error) {
      if (attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

interface MinioServer {
  readonly binary: string;
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;
}

function controlMinio(started: LocalProcess, server: MinioServer, options: MinioOptions): MinioProcess {
  let current = started;
  const stop = async (): Promise<void> => void (await current.stop(STOP_GRACE_MS));
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    accessKey: server.accessKey,
    secretKey: server.secretKey,
    get pid() {
      return current.pid;
    },
    stop,
    kill: async () => void (await current.kill()),
    restart: async () => {
      await stop();
      current = await launch(server, options);
    },
  };
}

async function launch({ binary, port, accessKey, secretKey }: MinioServer, { directory, onLine }: MinioOptions): Promise<LocalProcess> {
  const child = new LocalProcess({
    command: binary,
    // Without an address of its own the console takes a port on every interface.
    args: ['server', '--address', `127.0.0.1:${port}`, '--console-address', '127.0.0.1:0', directory],
    env: { ...process.env, MINIO_ROOT_USER: accessKey, MINIO_ROOT_PASSWORD: secretKey, MINIO_BROWSER: 'off', MINIO_UPDATE: 'off' },
    ...(onLine === undefined ? {} : { onLine }),
  });
  const url = `http://127.0.0.1:${port}/minio/health/ready`;
  try {
    await waitUntilReady({ name: 'MinIO', process: child, isReady: () => answersOk(url), timeoutMs: START_TIMEOUT_MS });
    return child;
  } catch (error) {
    await child.kill();
    throw new ServingError('storage-unavailable', error instanceof Error ? error.message : String(error), { cause: error });
  }
}
