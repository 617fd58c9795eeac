import type { Redis } from 'ioredis';
import type { IdempotencyKey, JobState, JobStatus } from '@switchyard/inference';
import { readObject, type ObjectStore } from '@switchyard/object-store';
import { inOneWrite } from './in-one-write.js';
import { decodeAnswer, encodeAnswer, type JobAnswer } from './job-frame.js';
import { inferenceKeys, type InferenceKeys } from './keys.js';

/** Larger answers are kept in the object store: Redis is memory. */
const INLINE_ANSWER_BYTES = 64 * 1024;
/** How long a caller may repeat a submission and be given the same job. */
const IDEMPOTENCY_WINDOW_MS = 24 * 60 * 60 * 1000;

/** Moves a record along only while it has not ended: whatever workers, cancellations and retries do at once, a job ends exactly once. */
const TRANSITION = `
local status = redis.call('HGET', KEYS[1], 'status')
if status ~= 'queued' and status ~= 'running' then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
if tonumber(ARGV[1]) > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
redis.call('PUBLISH', KEYS[1], '')
return 1`;

/** Key and record together: whoever finds the key finds the job it stands for, however many submit at once. */
const CREATE_ONCE = `
local holder = redis.call('GET', KEYS[1])
if holder then return holder end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('HSET', KEYS[2], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return ARGV[1]`;

/** An asynchronous job that ends, and its answer. */
export interface JobEnd {
  readonly id: string;
  readonly answer: JobAnswer;
}

export interface JobRecordsOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly store: ObjectStore;
  /** How long results are kept after a job ended. */
  readonly resultTtlMs: number;
}

/** What a caller may know of an asynchronous job: one Redis hash per job, its answer inline or in the object store. */
export class JobRecords {
  readonly #redis: Redis;
  readonly #keys: InferenceKeys;
  readonly #store: ObjectStore;
  readonly #resultTtlMs: number;

  constructor({ redis, prefix, store, resultTtlMs }: JobRecordsOptions) {
    this.#redis = redis;
    this.#keys = inferenceKeys(prefix);
    this.#store = store;
    this.#resultTtlMs = resultTtlMs;
  }

  /** @param ttlMs how long the record lives if the job never ends. */
  async create(state: JobState, ttlMs: number): Promise<void> {
    const key = this.#keys.record(state.id);
    await Promise.all([this.#redis.hset(key, createdFields(state)), this.#redis.pexpire(key, Math.ceil(ttlMs))]);
  }

  /**
   * Creates the record unless one was created under the same key within `IDEMPOTENCY_WINDOW_MS`; may be repeated.
   * @returns the job that holds the key: this one, or the one that came before
   */
  async createOnce(state: JobState, ttlMs: number, { key, digest }: IdempotencyKey): Promise<{ readonly id: string; readonly digest: string }> {
    const values = Object.entries(createdFields(state)).flat();
    const keys = [this.#keys.idempotency(key), this.#keys.record(state.id)];
    const holder = (await this.#redis.eval(CREATE_ONCE, 2, ...keys, `${state.id} ${digest}`, IDEMPOTENCY_WINDOW_MS, Math.ceil(ttlMs), ...values)) as string;
    const [id = '', holderDigest = ''] = holder.split(' ');
    return { id, digest: holderDigest };
  }

  /** False for those that have ended already (they were cancelled): nothing is left to do. */
  start(ids: readonly string[]): Promise<readonly boolean[]> {
    const fields = { startedAtMs: Date.now() };
    return inOneWrite<boolean[]>(this.#redis, () => ids.map((id) => this.#transition(id, 'running', fields)));
  }

  /** The answer to one that has ended before is dropped. */
  async end(ends: readonly JobEnd[]): Promise<void> {
    const fields = await Promise.all(ends.map(({ id, answer }) => this.#answerFields(id, answer)));
    const endedAtMs = Date.now();
    await inOneWrite<boolean[]>(this.#redis, () => ends.map(({ id, answer }, index) => this.#transition(id, statusOf(answer), { endedAtMs, ...fields[index] }, this.#resultTtlMs)));
  }

  cancel(id: string): Promise<boolean> {
    return this.#transition(id, 'canceled', { endedAtMs: Date.now() }, this.#resultTtlMs);
  }

  async find(id: string): Promise<JobState | null> {
    const fields = await this.#redis.hgetallBuffer(this.#keys.record(id));
    if (fields['status'] === undefined) return null;
    const text = (name: string): string => fields[name]?.toString() ?? '';
    const time = (name: string): number | null => (fields[name] === undefined ? null : Number(text(name)));
    const status = text('status') as JobStatus;
    return {
      id,
      status,
      model: text('model'),
      version: Number(text('version')),
      rows: Number(text('rows')),
      format: text('format'),
      progress: status === 'queued' || status === 'running' ? 0 : 1,
      submittedAtMs: Number(text('submittedAtMs')),
      startedAtMs: time('startedAtMs'),
      endedAtMs: time('endedAtMs'),
      ...(await this.#readAnswer(id, fields['answer'])),
    };
  }

  async #answerFields(id: string, answer: JobAnswer): Promise<Record<string, Buffer | string>> {
    const frame = encodeAnswer(id, answer);
    if (frame.byteLength <= INLINE_ANSWER_BYTES) return { answer: frame };
    await this.#store.put(answerKey(id), frame);
    return { answer: '' };
  }

  async #readAnswer(id: string, inline: Buffer | undefined): Promise<Pick<JobState, 'reply' | 'error'>> {
    if (inline === undefined) return { reply: null, error: null };
    const frame = inline.byteLength > 0 ? inline : await readObject(this.#store, answerKey(id));
    if (frame === null) return { reply: null, error: null };
    const { answer } = decodeAnswer(frame);
    return 'reply' in answer ? { reply: answer.reply, error: null } : { reply: null, error: answer.error };
  }

  async #transition(id: string, status: JobStatus, fields: Record<string, Buffer | string | number>, ttlMs = 0): Promise<boolean> {
    const values = Object.entries({ status, ...fields }).flat();
    return (await this.#redis.eval(TRANSITION, 1, this.#keys.record(id), ttlMs, ...values)) === 1;
  }
}

function createdFields({ model, version, rows, format, submittedAtMs }: JobState): Record<string, string | number> {
  return { status: 'queued', model, version, rows, format, submittedAtMs };
}

function answerKey(id: string): string {
  return `jobs/${id}/answer.frame`;
}

function statusOf(answer: JobAnswer): JobStatus {
  return 'error' in answer || answer.reply.failures.length > 0 ? 'failed' : 'succeeded';
}

