import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMinioBinary, startMinio } from '@switchyard/local-stack';

/** A real MinIO for one spec file. Several files may share the server: each has a bucket name of its own. */
export interface TestMinio {
  readonly available: true;
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** A name nobody uses; the bucket does not exist yet. */
  readonly bucket: string;
  /** The same as OBJECT_STORE_URL: `s3://127.0.0.1:<port>/<bucket>?tls=false`. */
  readonly objectStoreUrl: string;
  /** Stops the server if it was started for this spec. Idempotent. */
  close(): Promise<void>;
}

/** Why there is no MinIO here; see `describeWith`. */
export interface NoTestMinio {
  readonly available: false;
  readonly reason: string;
}

/**
 * The server at TEST_MINIO_ENDPOINT, which `npm test` starts once for the run; else a private one, stopped by `close`;
 * else the reason why these tests are skipped.
 *
 * @throws Error instead of a reason when SWITCHYARD_REQUIRE_ALL=1: continuous integration must not skip
 */
export async function testMinio(): Promise<TestMinio | NoTestMinio> {
  const server = await sharedOrPrivate();
  if (server === null) {
    const reason = process.env['TEST_MINIO_UNAVAILABLE'] ?? 'no MinIO: set TEST_MINIO_ENDPOINT, or run "npm run setup" where Go is installed';
    if (process.env['SWITCHYARD_REQUIRE_ALL'] === '1') throw new Error(`These tests must run here (SWITCHYARD_REQUIRE_ALL=1): ${reason}`);
    return { available: false, reason };
  }
  const bucket = `test-${randomBytes(6).toString('hex')}`;
  const { host, protocol } = new URL(server.endpoint);
  let closing: Promise<void> | undefined;
  return {
    available: true,
    endpoint: server.endpoint,
    accessKey: server.accessKey,
    secretKey: server.secretKey,
    bucket,
    objectStoreUrl: `s3://${host}/${bucket}?tls=${protocol === 'https:'}`,
    close: () => (closing ??= server.stop()),
  };
}

interface Server {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  stop(): Promise<void>;
}

async function sharedOrPrivate(): Promise<Server | null> {
  const endpoint = process.env['TEST_MINIO_ENDPOINT'];
  if (endpoint) {
    const { TEST_MINIO_ACCESS_KEY: accessKey = '', TEST_MINIO_SECRET_KEY: secretKey = '' } = process.env;
    return { endpoint, accessKey, secretKey, stop: async () => undefined };
  }
  if (findMinioBinary() === undefined) return null;
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-test-minio-'));
  const { endpoint: own, accessKey, secretKey, stop } = await startMinio({ directory });
  return {
    endpoint: own,
    accessKey,
    secretKey,
    stop: async () => {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
