// @ts-check
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @typedef {import('../setup/redis.mjs').RedisChoice} RedisChoice */
/** @typedef {import('../setup/minio.mjs').MinioChoice} MinioChoice */
/** @typedef {{env: Record<string, string>, stop: () => Promise<string[]>}} TestServers */

/**
 * One Redis and one MinIO for the whole run, which the specs share by key prefix and bucket (see libs/test-kit).
 *
 * @param {{root: string, redis: RedisChoice, minio: import('../setup/step-outcome.mjs').StepOutcome<MinioChoice>}} options
 * @returns {Promise<TestServers>} `env` is for jest; `stop` returns the processes that tests left running, which it ended
 */
export async function startTestServers({ root, redis, minio }) {
  // Compiled by the set-up that ran before this.
  const localStack = await import(pathToFileURL(join(root, 'libs/local-stack/dist/index.js')).href);
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-test-'));
  const processLog = join(directory, 'processes');
  const own = 'binary' in redis ? await localStack.startRedis({ directory: join(directory, 'redis'), binary: redis.binary }) : undefined;
  const store = minio.ready && 'binary' in minio.value ? await localStack.startMinio({ directory: join(directory, 'minio'), binary: minio.value.binary }) : undefined;
  const stop = async () => {
    const left = await localStack.endLoggedProcesses(processLog);
    await Promise.all([own?.stop(), store?.stop()]);
    await rm(directory, { recursive: true, force: true });
    return left;
  };
  const env = {
    SWITCHYARD_PROCESS_LOG: processLog,
    ...('binary' in redis ? { TEST_REDIS_URL: own.url, REDIS_BINARY: redis.binary } : { TEST_REDIS_URL: redis.url }),
    ...minioEnvironment(minio, store),
    ...(minio.ready && 'binary' in minio.value ? { MINIO_BINARY: minio.value.binary } : {}),
  };
  return { env, stop };
}

/**
 * @param {import('../setup/step-outcome.mjs').StepOutcome<MinioChoice>} minio
 * @param {{endpoint: string, accessKey: string, secretKey: string} | undefined} own
 * @returns {Record<string, string>}
 */
function minioEnvironment(minio, own) {
  if (!minio.ready) return { TEST_MINIO_UNAVAILABLE: minio.sentence };
  if (own !== undefined) return { TEST_MINIO_ENDPOINT: own.endpoint, TEST_MINIO_ACCESS_KEY: own.accessKey, TEST_MINIO_SECRET_KEY: own.secretKey };
  const { MINIO_ENDPOINT = '', MINIO_ACCESS_KEY = '', MINIO_SECRET_KEY = '' } = process.env;
  const endpoint = /^https?:/.test(MINIO_ENDPOINT) ? MINIO_ENDPOINT : `http://${MINIO_ENDPOINT}`;
  return { TEST_MINIO_ENDPOINT: endpoint, TEST_MINIO_ACCESS_KEY: MINIO_ACCESS_KEY, TEST_MINIO_SECRET_KEY: MINIO_SECRET_KEY };
}
