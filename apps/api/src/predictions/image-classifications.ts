import { performance } from 'node:perf_hooks';
import { ServingError } from '@switchyard/errors';
import type { Manifest, Preprocessing, TensorSpec } from '@switchyard/model-registry';
import { decodeImage, encodeClassification, readClassificationOptions, type ClassificationOptions } from '@switchyard/protocol-predict';
import type { ApiConfig } from '../api.config.js';
import type { GivenPredictOptions } from './given-options.js';
import type { Predictions } from './predictions.js';

/** Longer names come back cut. */
const SHOWN_NAME_LENGTH = 255;

export interface ImageFile {
  readonly bytes: Uint8Array;
  /** As the caller calls it; it comes back in the answer. */
  readonly filename: string;
}

/** A request to classify an image, checked as far as it can be before the image itself is there. */
export interface ChosenClassification {
  readonly manifest: Manifest;
  readonly input: TensorSpec;
  readonly preprocessing: Preprocessing;
  readonly options: ClassificationOptions;
}

/** Image in, classes out: what uploads and images fetched by URL share. */
export class ImageClassifications {
  readonly #predictions: Predictions;
  readonly #config: Pick<ApiConfig, 'DEFAULT_IMAGE_MODEL' | 'TOP_K_PREDICTIONS'>;

  constructor(predictions: Predictions, config: Pick<ApiConfig, 'DEFAULT_IMAGE_MODEL' | 'TOP_K_PREDICTIONS'>) {
    this.#predictions = predictions;
    this.#config = config;
  }

  /** @throws ServingError as `Predictions.choose` does; `invalid-input` when the model takes no images or an option is not what is expected. */
  choose(given: GivenPredictOptions): ChosenClassification {
    const manifest = this.#predictions.choose(given.model ?? this.#config.DEFAULT_IMAGE_MODEL);
    const [input] = manifest.signature.inputs;
    if (manifest.preprocessing === null || input === undefined) {
      throw new ServingError('invalid-input', `Model "${manifest.name}" takes no images; send its inputs as {"instances": …}.`);
    }
    const options = readClassificationOptions(given, manifest.signature, this.#config.TOP_K_PREDICTIONS);
    return { manifest, input, preprocessing: manifest.preprocessing, options };
  }

  /** The answer's body, as JSON. @throws ServingError as `decodeImage`, `Predictions.predict` and `encodeClassification` do. */
  async answer({ manifest, input, preprocessing, options }: ChosenClassification, { bytes, filename }: ImageFile, requestId: string): Promise<Buffer> {
    const startedAtMs = performance.now();
    const image = await decodeImage(bytes, preprocessing, input);
    const decodeMs = performance.now() - startedAtMs;
    const { outputs, timing } = await this.#predictions.predict(manifest, new Map([[input.name, image]]), { requestId });
    return encodeClassification({
      manifest, outputs, options, filename: filename.slice(0, SHOWN_NAME_LENGTH),
      // What is done here and what the worker does before its batch.
      preprocessMs: decodeMs + timing.preprocessMs, inferenceMs: timing.computeMs,
    });
  }
}
