import { z } from 'zod';
import { modelNameSchema } from '@switchyard/model-registry';
import { serviceConfigSchema } from '@switchyard/service-runtime';
import { parseAllowList, type AllowList } from '@switchyard/url-fetch';

const DAY_MS = 24 * 60 * 60 * 1000;

export const apiConfigSchema = serviceConfigSchema.extend({
  HTTP_PORT: z.coerce.number().int().min(0).max(65_535).default(8000),
  /** The same routes once more, where clients of TF Serving look for them; 0 for none. */
  TF_SERVING_PORT: z.coerce.number().int().min(0).max(65_535).default(8501),
  /** gRPC of TensorFlow Serving and of the Open Inference Protocol; 0 for none. */
  GRPC_PORT: z.coerce.number().int().min(0).max(65_535).default(8500),
  /** Bytes of a gRPC message, in and out, at most. */
  GRPC_MAX_MESSAGE_SIZE: z.coerce.number().int().min(1_024).max(1024 ** 3).default(64 * 1024 * 1024),
  /** gRPC calls under way on one connection, at most; a client holds further ones back. */
  GRPC_MAX_CONCURRENT_STREAMS: z.coerce.number().int().min(1).max(100_000).default(1_000),
  GRPC_MAX_CONNECTION_IDLE_MS: z.coerce.number().int().min(1_000).default(5 * 60 * 1000),
  GRPC_MAX_CONNECTION_AGE_MS: z.coerce.number().int().min(1_000).default(30 * 60 * 1000),
  /** Bytes of a request body, at most. */
  MAX_UPLOAD_SIZE: z.coerce.number().int().min(1_024).default(10 * 1024 * 1024),
  /** Bytes of an imported model, at most, all its files together. */
  MAX_MODEL_SIZE: z.coerce.number().int().min(1_024).default(4 * 1024 ** 3),
  /** How long a client may take to send its request; a connection that stays silent is closed then. */
  RECEIVE_TIMEOUT_MS: z.coerce.number().int().min(100).default(60_000),
  /** The origin whose pages may call the api from a browser, as `https://app.example.com`; `*` for any, empty for none. */
  CORS_ALLOW_ORIGIN: z.union([z.literal(['', '*']), z.url({ protocol: /^https?$/ })]).default(''),
  /** Open connections on each port, at most. */
  MAX_CONNECTIONS: z.coerce.number().int().min(1).default(10_000),
  /** How long a sync caller waits at most. */
  REQUEST_TIMEOUT_MS: z.coerce.number().int().min(10).default(30_000),
  /** How long an asynchronous job may wait and run at most, unless its caller says less. */
  JOB_TIMEOUT_MS: z.coerce.number().int().min(1_000).default(DAY_MS),
  JOB_RESULT_TTL_MS: z.coerce.number().int().min(1_000).default(DAY_MS),
  /** Rows of sync requests that may wait or be under way in this process. */
  MAX_ROWS_IN_HAND: z.coerce.number().int().min(1).default(50_000),
  /** Bytes of their inputs; a request that comes alone may be larger. */
  MAX_BYTES_IN_HAND: z.coerce.number().int().min(1).default(128 * 1024 * 1024),
  /** Rows of one model that may wait on its queue; beyond it asynchronous jobs are refused. */
  MAX_ROWS_WAITING: z.coerce.number().int().min(1).default(1_000_000),
  /** Callers that may wait for jobs at a time, by server-sent events or long polls; beyond it they are asked to poll. */
  MAX_JOB_LISTENERS: z.coerce.number().int().min(1).default(1_000),
  /** Rows that share a queue job, at most. */
  MAX_JOB_ROWS: z.coerce.number().int().min(1).default(128),
  /** Models that `POST /predict` means when the caller names none. */
  DEFAULT_IMAGE_MODEL: modelNameSchema.default('mnist'),
  DEFAULT_TABULAR_MODEL: modelNameSchema.default('simple_classifier'),
  /** Entries of `predictions` in the answer to an image, unless its caller says `top_k`. */
  TOP_K_PREDICTIONS: z.coerce.number().int().min(1).max(1_000).default(5),
  /** `1` lets callers of `POST /predict/url` name any public host. */
  ALLOW_URL_FETCH: z.enum(['0', '1']).default('0'),
  /**
   * Hosts that they may name all the same, and addresses that need not be public: `images.example.com, *.example.org, 10.1.0.0/16`.
   * An authority of your own that their certificates are of is named by Node's NODE_EXTRA_CA_CERTS.
   */
  URL_FETCH_ALLOW_LIST: z.string().default('').transform(readAllowList),
  /** How long fetching one URL may take, from its look-up to its last byte. */
  URL_FETCH_TIMEOUT_MS: z.coerce.number().int().min(10).default(10_000),
});

export type ApiConfig = z.infer<typeof apiConfigSchema>;

function readAllowList(text: string, context: z.RefinementCtx): AllowList {
  try {
    return parseAllowList(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}
