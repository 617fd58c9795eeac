import { ServingError } from '@switchyard/errors';
import { imageInputOf, type Manifest, type TensorSpec } from '@switchyard/model-registry';
import { encodeClassification, readClassificationOptions, type ClassificationOptions } from '@switchyard/protocol-predict';
import { tensor } from '@switchyard/tensor';
import type { ApiConfig } from '../api.config.js';
import type { GivenPredictOptions } from './given-options.js';
import type { Predictions, RequestOptions } from './predictions.js';

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
    const input = imageInputOf(manifest);
    if (input === null) {
      throw new ServingError('invalid-input', `Model "${manifest.name}" takes no images; send its inputs as {"instances": …}.`);
    }
    const options = readClassificationOptions(given, manifest.signature, this.#config.TOP_K_PREDICTIONS);
    return { manifest, input, options };
  }

  /** The answer's body, as JSON; a worker decodes the image. @throws ServingError as `Predictions.predict` and `encodeClassification` do. */
  async answer({ manifest, input, options }: ChosenClassification, { bytes, filename }: ImageFile, request: RequestOptions): Promise<Buffer> {
    let originalSize = { width: 0, height: 0 };
    const inputs = new Map([[input.name, tensor('string', [1], [bytes])]]);
    const { outputs, timing } = await this.#predictions.predict(manifest, inputs, { ...request, imageSeen: (header) => (originalSize = header) });
    return encodeClassification({
      manifest, outputs, options, originalSize, filename: filename.slice(0, SHOWN_NAME_LENGTH),
      preprocessMs: timing.preprocessMs, inferenceMs: timing.computeMs,
    });
  }
}
