import { classifyImage, type ClassifyOptions, type ImageClassification } from './classify-image.js';
import type { Inference } from './decode-infer.js';
import { Jobs } from './jobs.js';
import type { JsonValue } from './json-text.js';
import { Models } from './models.js';
import { health, isReady, waitUntilReady, type Health } from './operations.js';
import { inferTensors, predictJson, type ColumnInputs, type InferOptions, type PredictOptions, type RowInputs, type TensorInputs } from './predictions.js';
import { SwitchyardError } from './switchyard-error.js';
import { Training } from './training.js';
import { Transport, type CallOptions } from './transport.js';

export interface SwitchyardOptions {
  /** Of the api, as `http://127.0.0.1:8000`; a path before its routes is kept. */
  readonly url: string | URL;
  /** For each call with its repetitions, unless it says otherwise. Default 30,000. */
  readonly timeoutMs?: number;
  /** How often a call that failed for the moment is repeated, at most. Default 3. */
  readonly retries?: number;
  /** Sent with each call, as the token of a proxy. */
  readonly headers?: Readonly<Record<string, string>>;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 3;

/**
 * A Switchyard model server. Connections are kept and need no closing.
 *
 * Calls that failed for the moment (429, 503, a broken connection) are repeated with growing pauses, as long as their deadline lasts, where doing
 * them twice is the same as doing them once; everything else is thrown at once, as a SwitchyardError.
 *
 * @example
 * const yard = new Switchyard({ url: 'http://127.0.0.1:8000' });
 * const { predictions } = await yard.predict('simple_classifier', { instances: [[1.5, 2.3]] });
 */
export class Switchyard {
  /** Predictions for later. */
  readonly jobs: Jobs;
  readonly models: Models;
  readonly training: Training;
  readonly #transport: Transport;

  /** @throws SwitchyardError `invalid-input` when `url` is no address of HTTP */
  constructor({ url, timeoutMs = DEFAULT_TIMEOUT_MS, retries = DEFAULT_RETRIES, headers = {} }: SwitchyardOptions) {
    this.#transport = new Transport({ url: parseUrl(url), timeoutMs, retries, headers });
    this.jobs = new Jobs(this.#transport);
    this.models = new Models(this.#transport);
    this.training = new Training(this.#transport);
  }

  /**
   * A prediction per row, in the order of the rows; for a model of several outputs each is an object of them.
   * @throws SwitchyardError `invalid-input`, `not-found`, `overloaded`, `deadline-exceeded`, …
   */
  predict<Prediction = JsonValue>(model: string, inputs: RowInputs, options?: PredictOptions): Promise<{ readonly predictions: readonly Prediction[] }>;
  /** The outputs as columns: the value alone where there is one output, else an object of them. */
  predict<Outputs = JsonValue>(model: string, inputs: ColumnInputs, options?: PredictOptions): Promise<{ readonly outputs: Outputs }>;
  /** Typed arrays there and back, without a list of numbers on the way: the fastest form, and exact. */
  predict(model: string, inputs: TensorInputs, options?: InferOptions): Promise<Inference>;
  async predict(model: string, inputs: RowInputs | ColumnInputs | TensorInputs, options?: InferOptions): Promise<unknown> {
    return 'tensors' in inputs ? inferTensors(this.#transport, model, inputs, options) : predictJson(this.#transport, model, inputs, options);
  }

  /** What an image shows. @param image the path of a file, or the file itself: PNG, JPEG, WebP, … */
  classifyImage(image: string | Uint8Array | Blob, options?: ClassifyOptions): Promise<ImageClassification> {
    return classifyImage(this.#transport, image, options);
  }

  /** Whether the api lives; it says nothing of what it needs. */
  health(options?: CallOptions): Promise<Health> {
    return health(this.#transport, options);
  }

  /** Whether it may take traffic: false while it cannot be reached, or misses what it needs. */
  isReady(options?: CallOptions): Promise<boolean> {
    return isReady(this.#transport, options);
  }

  /** Resolves when it may take traffic, at most `timeoutMs` from now: two minutes by default. */
  waitUntilReady(options?: CallOptions): Promise<void> {
    return waitUntilReady(this.#transport, options);
  }
}

function parseUrl(url: string | URL): URL {
  const parsed = URL.canParse(String(url)) ? new URL(url) : undefined;
  if (parsed !== undefined && (parsed.protocol === 'http:' || parsed.protocol === 'https:')) return parsed;
  throw new SwitchyardError('invalid-input', `The URL "${String(url)}" is no address of HTTP; one as "http://127.0.0.1:8000" is expected.`);
}
