import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { Client, type S3Error } from 'minio';
import { assertKeyPrefix, assertObjectKey, translateStreamErrors, type ObjectKey, type ObjectStat, type ObjectStore } from '@switchyard/object-store';
import { callWithRetries } from './call-with-retries.js';
import { splitIntoParts } from './split-into-parts.js';
import { isNoSuchBucket, isNoSuchObject, storageFailure } from './storage-failure.js';
import { timedTransport, type TimedTransport } from './timed-transport.js';

/** S3 takes parts of 5 MiB and more, 10,000 at most: this makes objects of up to 80 GB and holds two parts in memory. */
const PART_BYTES = 8 * 1024 * 1024;
const LIST_PAGE = 1_000;
const MAX_SOCKETS = 64;

export interface MinioObjectStoreOptions {
  /** Host name or address, without scheme. */
  readonly endpoint: string;
  readonly port: number;
  readonly useSsl: boolean;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Made at the first call when it does not exist. */
  readonly bucket: string;
  /** Saves a question to the server where it matters (AWS); made buckets lie there. */
  readonly region?: string;
  /** A call to the server, retries included, takes no longer; a stream may, while it moves. */
  readonly callTimeoutMs?: number;
  /** How long a connection may stand still. */
  readonly stallTimeoutMs?: number;
}

/** The store on MinIO or any S3. Nothing is contacted before the first call. */
export function createMinioObjectStore(options: MinioObjectStoreOptions): ObjectStore {
  return new MinioObjectStore(options);
}

class MinioObjectStore implements ObjectStore {
  readonly #client: Client;
  readonly #bucket: string;
  readonly #region: string;
  readonly #callTimeoutMs: number;
  #bucketThere: Promise<void> | undefined;

  constructor(options: MinioObjectStoreOptions) {
    this.#client = createClient(options);
    this.#bucket = options.bucket;
    this.#region = options.region ?? '';
    this.#callTimeoutMs = options.callTimeoutMs ?? 30_000;
  }

  async put(key: ObjectKey, body: Uint8Array | Readable): Promise<void> {
    try {
      assertObjectKey(key);
      const parts = splitIntoParts(body, PART_BYTES);
      const first = await nextPart(parts);
      const second = await nextPart(parts);
      if (second === undefined) await this.#call(() => this.#client.putObject(this.#bucket, key, first ?? Buffer.alloc(0)));
      else await this.#putInParts(key, joined([first ?? Buffer.alloc(0), second], parts));
    } finally {
      if (body instanceof Readable) body.destroy();
    }
  }

  async open(key: ObjectKey): Promise<Readable | null> {
    assertObjectKey(key);
    const stream = await this.#call(() => this.#client.getObject(this.#bucket, key).catch(nullIfNoSuchObject));
    return stream === null ? null : translateStreamErrors(stream, storageFailure);
  }

  async stat(key: ObjectKey): Promise<ObjectStat | null> {
    assertObjectKey(key);
    const found = await this.#call(() => this.#client.statObject(this.#bucket, key).catch(nullIfNoSuchObject));
    return found === null ? null : { bytes: found.size, modifiedAtMs: found.lastModified.getTime() };
  }

  async *list(prefix: string): AsyncGenerator<ObjectKey> {
    assertKeyPrefix(prefix);
    let after = '';
    for (;;) {
      const page = await this.#call(() => this.#client.listObjectsV2Query(this.#bucket, prefix, '', '', LIST_PAGE, after));
      const keys = page.objects.flatMap((object) => object.name ?? []);
      yield* keys;
      // Going on after the last key seen, not by the server's token, is right also when keys were deleted meanwhile.
      after = keys.at(-1) ?? '';
      if (!page.isTruncated || after === '') return;
    }
  }

  async delete(key: ObjectKey): Promise<void> {
    assertObjectKey(key);
    await this.#call(() => this.#client.removeObject(this.#bucket, key));
  }

  /** The parts become the object in one step at the end, or are dropped. Not by `putObject`, which would hold half a gigabyte and wait for ever when a stream fails. */
  async #putInParts(key: ObjectKey, parts: AsyncIterable<Buffer>): Promise<void> {
    const uploadID = await this.#call(() => this.#client.initiateNewMultipartUpload(this.#bucket, key, {}));
    try {
      const etags: { part: number; etag: string }[] = [];
      for await (const bytes of parts) {
        const part = { bucketName: this.#bucket, objectName: key, uploadID, partNumber: etags.length + 1, headers: {} };
        const { etag } = await this.#call(() => this.#client.uploadPart(part, bytes));
        etags.push({ part: part.partNumber, etag });
      }
      await this.#call(() => this.#client.completeMultipartUpload(this.#bucket, key, uploadID, etags));
    } catch (error) {
      await this.#call(() => this.#client.abortMultipartUpload(this.#bucket, key, uploadID)).catch(() => undefined);
      throw error;
    }
  }

  #call<Result>(call: () => Promise<Result>): Promise<Result> {
    return callWithRetries(this.#callTimeoutMs, async () => {
      await this.#ensureBucket();
      return call().catch((error: unknown) => {
        // Somebody removed the bucket, or the server lost its disk: the next attempt makes it anew.
        if (isNoSuchBucket(error)) this.#bucketThere = undefined;
        throw error;
      });
    });
  }

  #ensureBucket(): Promise<void> {
    this.#bucketThere ??= this.#makeBucketIfMissing().catch((error: unknown) => {
      this.#bucketThere = undefined;
      throw error;
    });
    return this.#bucketThere;
  }

  async #makeBucketIfMissing(): Promise<void> {
    if (await this.#client.bucketExists(this.#bucket)) return;
    await this.#client.makeBucket(this.#bucket, this.#region).catch((error: unknown) => {
      if (!isAlreadyThere(error)) throw error;
    });
  }
}

function createClient(options: MinioObjectStoreOptions): Client {
  const { endpoint, port, useSsl, accessKey, secretKey, region, stallTimeoutMs = 10_000 } = options;
  const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return new Client({
    endPoint: endpoint,
    port,
    useSSL: useSsl,
    accessKey,
    secretKey,
    ...(region === undefined ? {} : { region }),
    transport: timedTransport(useSsl, stallTimeoutMs) as TimedTransport & typeof http,
    transportAgent: useSsl ? new https.Agent(agentOptions) : new http.Agent(agentOptions),
    // Its own retries know no deadline and write to the console; callWithRetries takes their place.
    retryOptions: { disableRetry: true },
  });
}

function nullIfNoSuchObject(error: unknown): null {
  if (isNoSuchObject(error)) return null;
  throw error;
}

/** Two services may make the bucket at the same moment. */
function isAlreadyThere(error: unknown): boolean {
  const code = (error as Partial<S3Error & { code: string }>).code ?? '';
  return code === 'BucketAlreadyOwnedByYou' || code === 'BucketAlreadyExists';
}

async function nextPart(parts: AsyncGenerator<Buffer>): Promise<Buffer | undefined> {
  const { value, done } = await parts.next();
  return done === true ? undefined : value;
}

async function* joined(first: readonly Buffer[], rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* rest;
}
