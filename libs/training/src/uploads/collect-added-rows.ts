import { createHash } from 'node:crypto';
import { ServingError, toServingError, type ErrorKind } from '@switchyard/errors';
import { readObject, type ObjectStore } from '@switchyard/object-store';
import { concatRows, numericData, tensor, type Tensor } from '@switchyard/tensor';
import type { SeenUpload } from '../dataset.js';
import type { AddedRows } from './added-rows.js';
import { uploadPrefix, type PictureUpload } from './picture-upload.js';
import { listUploads } from './upload-store.js';

/** The rows are held in memory twice while they are joined. */
const MAX_ROWS_BYTES = 1024 ** 3;
/** What decoding says of a picture that is no good; anything else is a fault of ours or of the store. */
const NO_PICTURE: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['invalid-input', 'unsupported-media-type', 'deadline-exceeded']);

/** How pictures become rows of one pipeline's network. */
export interface PictureDecoder {
  /** Names of the classes: class `i` is called `labels[i]`. */
  readonly labels: readonly string[];
  /** @returns one float32 row `[1, …]`. @throws ServingError `invalid-input` | `unsupported-media-type` | `deadline-exceeded` for a picture that is no good. */
  decode(file: Uint8Array): Promise<Tensor>;
}

export interface CollectOptions {
  readonly store: ObjectStore;
  readonly dataset: string;
  readonly decoder: PictureDecoder;
  readonly signal: AbortSignal;
}

/**
 * Every picture uploaded for a dataset so far, as rows, in the order of the uploads' ids. One that cannot be decoded, is not the file that was
 * uploaded, or has a label the network does not know is left out and counted: one bad picture must not end all retraining.
 * @returns null when there are none.
 * @throws ServingError `invalid-input` when the rows are more than fit in memory; `storage-unavailable`; the signal's reason
 */
export async function collectAddedRows({ store, dataset, decoder, signal }: CollectOptions): Promise<AddedRows | null> {
  const inputs: Tensor[] = [];
  const labels: number[] = [];
  const uploads: SeenUpload[] = [];
  for (const upload of await listUploads(store, dataset)) {
    const rowsBefore = inputs.length;
    for (const picture of upload.pictures) {
      signal.throwIfAborted();
      const row = await rowOf(store, decoder, { upload, picture });
      if (row === null) continue;
      inputs.push(row);
      labels.push(decoder.labels.indexOf(picture.label));
      assertFits(dataset, inputs);
    }
    const rows = inputs.length - rowsBefore;
    uploads.push({ id: upload.id, rows, leftOut: upload.pictures.length - rows });
  }
  return inputs.length === 0 ? null : { uploads, rows: { inputs: concatRows(inputs), labels: tensor('int32', [labels.length], Int32Array.from(labels)) } };
}

interface Stored {
  readonly upload: PictureUpload;
  readonly picture: PictureUpload['pictures'][number];
}

async function rowOf(store: ObjectStore, decoder: PictureDecoder, { upload, picture }: Stored): Promise<Tensor | null> {
  if (!decoder.labels.includes(picture.label)) return null;
  const file = await readObject(store, `${uploadPrefix(upload.dataset, upload.id)}${picture.file}`);
  if (file === null || createHash('sha256').update(file).digest('hex') !== picture.sha256) return null;
  try {
    return await decoder.decode(file);
  } catch (error) {
    if (NO_PICTURE.has(toServingError(error).kind)) return null;
    throw error;
  }
}

function assertFits(dataset: string, rows: readonly Tensor[]): void {
  const bytes = rows.length * numericData(rows[0]!).byteLength;
  if (bytes <= MAX_ROWS_BYTES) return;
  throw new ServingError('invalid-input', `The pictures uploaded for the dataset "${dataset}" take more than ${MAX_ROWS_BYTES} bytes as rows; remove some of its uploads.`);
}
