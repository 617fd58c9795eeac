import type { Clock } from '@switchyard/clock';
import type { CallerSignal, Coupler } from '@switchyard/coupling';
import { readImageHeader, type ImageHeader } from '@switchyard/image-sharp';
import { imageRowsOf, validateInputs, type InferRequest, type InferResponse, type ModelStatistics, type Priority, type WorkerDirectory } from '@switchyard/inference';
import { imageInputOf, type CatalogSource, type Manifest, type VersionChoice } from '@switchyard/model-registry';
import type { TensorMap } from '@switchyard/tensor';
import { VersionChooser } from './version-chooser.js';

export interface PredictionsOptions {
  readonly catalog: CatalogSource;
  readonly workers: WorkerDirectory;
  readonly coupler: Pick<Coupler, 'submit'>;
  readonly clock: Clock;
  readonly requestTimeoutMs: number;
  readonly statistics: ModelStatistics;
}

export interface RequestOptions {
  readonly requestId: string;
  /** Counted from now. */
  readonly timeoutMs?: number;
  readonly priority?: Priority;
  /** Aborted when the caller has gone. */
  readonly signal?: CallerSignal;
  /** Told what the header of each encoded picture says, in the order of the rows. */
  readonly imageSeen?: (header: ImageHeader) => void;
}

/** Where somebody has waited for an answer so lately, more calls are expected. */
const CALLS_ABOUT_MS = 1_000;

/** What every protocol does between its codec's two halves: choose the version, check the inputs, have them answered. */
export class Predictions {
  readonly #options: PredictionsOptions;
  readonly #versions: VersionChooser;
  #lastCallAtMs = -Infinity;

  constructor(options: PredictionsOptions) {
    this.#options = options;
    this.#versions = new VersionChooser(options.catalog, options.workers);
  }

  /** How long a caller waits who does not say. */
  get requestTimeoutMs(): number {
    return this.#options.requestTimeoutMs;
  }

  /** Whether callers who wait for their answers are about: what is in no hurry gives way to them. */
  get areCallsAbout(): boolean {
    return this.#options.clock.nowMs() - this.#lastCallAtMs < CALLS_ABOUT_MS;
  }

  /** The version a request is decoded against. @throws ServingError `model-not-found`, `version-not-found`, `model-not-ready`. */
  choose(model: string, choice?: VersionChoice): Manifest {
    return this.#versions.choose(model, choice);
  }

  /**
   * Encoded pictures are looked at here as far as that is cheap (their headers), and decoded by a worker.
   * @throws ServingError `invalid-input` when the inputs do not fit the signature; `unsupported-media-type` for files that are no pictures.
   */
  async prepare(manifest: Manifest, inputs: TensorMap, { requestId, timeoutMs, priority, imageSeen }: RequestOptions): Promise<InferRequest> {
    const rows = validateInputs(inputs, manifest.signature, imageInputOf(manifest));
    for (const file of imageRowsOf(inputs, manifest)?.files ?? []) {
      const header = await readImageHeader(file);
      imageSeen?.(header);
    }
    return {
      requestId,
      model: manifest.name,
      version: manifest.version,
      inputs,
      rows,
      deadlineAtMs: this.#options.clock.wallMs() + (timeoutMs ?? this.#options.requestTimeoutMs),
      priority: priority ?? 'interactive',
    };
  }

  /** @throws ServingError as `prepare` and `Coupler.submit` do. */
  async predict(manifest: Manifest, inputs: TensorMap, options: RequestOptions): Promise<InferResponse> {
    const { clock, coupler, statistics } = this.#options;
    const startedAtMs = clock.nowMs();
    try {
      const request = await this.prepare(manifest, inputs, options);
      if (request.priority === 'interactive') this.#lastCallAtMs = startedAtMs;
      const response = await coupler.submit(request, options.signal);
      statistics.answered(request, response, { durationMs: clock.nowMs() - startedAtMs, wallMs: clock.wallMs() });
      return response;
    } catch (error) {
      statistics.failed({ model: manifest.name, version: manifest.version }, clock.nowMs() - startedAtMs);
      throw error;
    }
  }
}
