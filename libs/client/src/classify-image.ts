import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Priority } from './encode-infer.js';
import { parseJsonText } from './json-text.js';
import { scheduleHeaders } from './schedule-headers.js';
import type { CallOptions, Transport } from './transport.js';

export interface ClassifyOptions extends CallOptions {
  /** The server's model for images by default. */
  readonly model?: string;
  /** Who goes first when there is more work than workers. Default `interactive`. */
  readonly priority?: Priority;
  /** Best classes to be told. */
  readonly topK?: number;
}

/** One class an image may be of. */
export interface ImageClass {
  readonly classId: number;
  readonly label: string;
  /** From 0 to 1. */
  readonly confidence: number;
}

export interface ImageClassification {
  readonly model: { readonly name: string; readonly version: string };
  /** Label of the best class, as a number where it is one. */
  readonly prediction: string | number;
  readonly confidence: number;
  /** The best classes, best first. */
  readonly predictions: readonly ImageClass[];
  /** Of every class in order; absent where there are very many. */
  readonly probabilities: readonly number[] | null;
  readonly preprocessingTimeMs: number;
  readonly inferenceTimeMs: number;
}

interface WireClassification {
  readonly model: ImageClassification['model'];
  readonly prediction: string | number;
  readonly confidence: number;
  readonly predictions: readonly { readonly class_id: number; readonly label: string; readonly confidence: number }[];
  readonly probabilities?: readonly number[];
  readonly preprocessing_time_ms: number;
  readonly inference_time_ms: number;
}

/** @param image the path of a file, or the file itself: PNG, JPEG, WebP, … */
export async function classifyImage(transport: Transport, image: string | Uint8Array | Blob, { model, topK, priority, ...options }: ClassifyOptions = {}): Promise<ImageClassification> {
  const form = new FormData();
  if (model !== undefined) form.append('model', model);
  if (topK !== undefined) form.append('top_k', String(topK));
  const blob = await asBlob(image);
  form.append('file', blob, typeof image === 'string' ? basename(image) : 'image');
  const headers = scheduleHeaders(options.timeoutMs ?? transport.timeoutMs, priority);
  const { bytes } = await transport.send({ method: 'POST', path: '/predict', headers, body: form, isRepeatable: true }, options);
  return fromWire(parseJsonText(new TextDecoder().decode(bytes)) as WireClassification);
}

async function asBlob(image: string | Uint8Array | Blob): Promise<Blob> {
  if (image instanceof Blob) return image;
  return new Blob([typeof image === 'string' ? await readFile(image) : image]);
}

function fromWire({ model, prediction, confidence, predictions, probabilities, ...times }: WireClassification): ImageClassification {
  return {
    model, prediction, confidence,
    predictions: predictions.map(({ class_id: classId, label, confidence: of }) => ({ classId, label, confidence: of })),
    probabilities: probabilities ?? null,
    preprocessingTimeMs: times.preprocessing_time_ms,
    inferenceTimeMs: times.inference_time_ms,
  };
}
