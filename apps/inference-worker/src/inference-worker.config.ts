import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ENGINE_NAMES } from '@switchyard/engine';
import { serviceConfigSchema } from '@switchyard/service-runtime';

/** The threads that libuv has unless UV_THREADPOOL_SIZE says otherwise. */
const LIBUV_THREADS = 4;
const DAY_MS = 24 * 60 * 60 * 1000;

export const inferenceWorkerConfigSchema = serviceConfigSchema.extend({
  /** Port of /health, /ready and /metrics. */
  OPS_PORT: z.coerce.number().int().min(0).max(65_535).default(9101),
  /**
   * The engine to prefer for every model; the others step in for models it cannot run. Left out (or empty, as compose files have it), each version
   * gets the engine that was fastest when it was published, else onnx before tensorflow before wasm.
   */
  ENGINE: z.preprocess((value) => (value === '' ? undefined : value), z.enum(ENGINE_NAMES).optional()),
  /** Threads that run batches side by side; each holds every model. */
  ENGINE_THREADS: z.coerce.number().int().min(1).max(64).default(1),
  /**
   * Threads within one run of a model whose single row takes longer than a millisecond, on onnx; quicker models get half. By default the cores of
   * this machine over ENGINE_THREADS, at most eight: a container that may use fewer says so here.
   */
  RUN_THREADS: z.coerce.number().int().min(1).max(64).optional(),
  /** Rows in a batch, at most. */
  MAX_BATCH_ROWS: z.coerce.number().int().min(1).max(4_096).default(64),
  /** Rows of one model that may wait in this process. */
  MAX_QUEUED_ROWS: z.coerce.number().int().min(1).default(50_000),
  /** Bytes of inputs of one model that may wait in this process. */
  MAX_QUEUED_BYTES: z.coerce.number().int().min(1).default(512 * 1024 * 1024),
  /** How long an idle engine may leave rows waiting for a better batch; 0 for never. */
  MAX_QUEUE_DELAY_MS: z.coerce.number().min(0).max(10_000).default(0),
  /** Pictures decoded at a time, each in a thread of libuv's; more than four need a larger UV_THREADPOOL_SIZE. */
  DECODE_CONCURRENCY: z.coerce.number().int().min(1).max(128).default(Math.min(LIBUV_THREADS, availableParallelism())),
  /** Of decoded pictures that wait for their batch; further ones stay files until there is room. */
  MAX_DECODED_MEGABYTES: z.coerce.number().int().min(1).max(65_536).default(256),
  /** Where model files are kept after their download; may be deleted at any time. */
  MODEL_CACHE_DIRECTORY: z.string().default(join(tmpdir(), `switchyard-models-${process.getuid?.() ?? 'user'}`)),
  /** How long answers of asynchronous jobs are kept. */
  JOB_RESULT_TTL_MS: z.coerce.number().int().min(1_000).default(DAY_MS),
});

export type InferenceWorkerConfig = z.infer<typeof inferenceWorkerConfigSchema>;
