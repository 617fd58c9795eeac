import type { Manifest } from '@switchyard/model-registry';
import type { TensorMap } from '@switchyard/tensor';
import { classProbabilities, type ClassProbabilities } from './class-probabilities.js';
import type { ClassificationOptions } from './classification-options.js';
import { shortestNumber } from './shortest-number.js';
import { topClasses } from './top-classes.js';

/** More classes than these would make a body of kilobytes that nobody reads, unless it is asked for. */
export const MOST_CLASSES_LISTED = 100;
const INTEGER = /^(0|-?[1-9]\d{0,14})$/;

/** One image and what was found out about it. */
export interface ClassifiedImage {
  readonly manifest: Pick<Manifest, 'name' | 'version' | 'labels'>;
  /** One row of the model's first output. */
  readonly outputs: TensorMap;
  /** As the caller called it. */
  readonly filename: string;
  /** Pixels of the file as it came, upright and not yet resized. */
  readonly originalSize: { readonly width: number; readonly height: number };
  readonly preprocessMs: number;
  readonly inferenceMs: number;
  readonly options: ClassificationOptions;
}

/**
 * Encodes the answer for one image, with what each of the clients this one endpoint has to please looks for
 * (docs/decisions/0020-five-clients-one-response.md): the most probable class as `prediction` and `confidence`, the `top_k` most probable ones as
 * `predictions`, all `probabilities` in the order of the classes where there are few of them or they were asked for, and how long it took.
 * `prediction` is the label, as a number where the label is a whole number; a model without labels has its classes named by their index.
 * @throws ServingError `model-invalid` when the first output is no row of two or more scores, `engine-failed` when it holds NaN.
 */
export function encodeClassification(image: ClassifiedImage): Buffer {
  const { manifest, options } = image;
  const probabilities = classProbabilities(image.outputs);
  const predictions = topClasses(probabilities, options.topK).map((index) => describeClass(index, probabilities, manifest.labels));
  const listsAll = options.withProbabilities ?? probabilities.length <= MOST_CLASSES_LISTED;
  return Buffer.from(JSON.stringify({
    success: true,
    filename: image.filename,
    original_size: `${image.originalSize.width}x${image.originalSize.height}`,
    preprocessing_time_ms: rounded(image.preprocessMs),
    inference_time_ms: rounded(image.inferenceMs),
    prediction: predictions[0] === undefined ? null : asNumber(predictions[0].label),
    confidence: predictions[0]?.confidence ?? null,
    predictions,
    ...(listsAll ? { probabilities: Array.from(probabilities, (_, index) => probabilityOf(index, probabilities)) } : {}),
    model: { name: manifest.name, version: String(manifest.version) },
  }));
}

/** Each idea under each of its names: `label` and `class_name`, `confidence`, `probability` and `confidence_percent`. */
function describeClass(index: number, probabilities: ClassProbabilities, labels: readonly string[] | null) {
  const label = labels?.[index] ?? String(index);
  const probability = probabilityOf(index, probabilities);
  return { class_id: index, label, class_name: label, confidence: probability, probability, confidence_percent: rounded(probability * 100) };
}

function probabilityOf(index: number, probabilities: ClassProbabilities): number {
  return probabilities instanceof Float32Array ? shortestNumber(probabilities[index]!) : probabilities[index]!;
}

function asNumber(label: string): string | number {
  return INTEGER.test(label) ? Number(label) : label;
}

/** Two decimals: hundredths of a millisecond, or of a percent. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
