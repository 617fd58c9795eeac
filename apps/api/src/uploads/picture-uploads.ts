import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '@switchyard/clock';
import { ServingError } from '@switchyard/errors';
import { readImageHeader } from '@switchyard/image-sharp';
import { findModel, imageInputOf, resolveVersion, type CatalogSource } from '@switchyard/model-registry';
import type { ObjectStore } from '@switchyard/object-store';
import { isUploadId, newUploadId, pageUploads, removeUpload, storeUpload, type Pipeline, type PictureUpload, type UploadPage } from '@switchyard/training';
import { onlyOne, type Query } from '../predictions/given-options.js';
import { choosePipeline } from '../training/queue-run.js';
import { assertLabels, readLabels } from './read-labels.js';
import { readPictureForm, type PictureForm } from './read-picture-form.js';

/** Uploads that one process takes in at once: each is in memory as long as it lasts. */
const MAX_UPLOADS = 4;
/** The camera of a telephone. Every retraining decodes every picture, so that a large one costs again and again. */
const MAX_PIXELS = 16_000_000;
const SHOWN_NAME_LENGTH = 50;
const KEPT_NAME_LENGTH = 255;

export interface PictureUploadsOptions {
  readonly store: ObjectStore;
  readonly catalog: CatalogSource;
  readonly clock: Clock;
  readonly readPipelines: () => Promise<readonly Pipeline[]>;
  readonly defaultModel: string;
  readonly maxBytes: number;
}

export interface StoredUpload {
  readonly upload: PictureUpload;
  readonly pipeline: Pipeline;
}

/** Takes labelled pictures for the trainings to come, tells which there are, and removes them. */
export class PictureUploads {
  readonly #options: PictureUploadsOptions;
  #uploads = 0;

  constructor(options: PictureUploadsOptions) {
    this.#options = options;
  }

  /** Checks everything, then stores everything. @throws ServingError what is wrong with the request; nothing of it is stored then */
  async take(request: FastifyRequest): Promise<StoredUpload> {
    if (!request.isMultipart()) {
      throw new ServingError('unsupported-media-type', 'Pictures are uploaded as multipart/form-data, in "files", with a label for each in "labels".');
    }
    if (this.#uploads === MAX_UPLOADS) throw new ServingError('overloaded', `${MAX_UPLOADS} uploads of pictures are being taken in here already.`, { retryAfterMs: 1_000 });
    this.#uploads += 1;
    try {
      return await this.#store(await readPictureForm(request, this.#options.maxBytes), request);
    } finally {
      this.#uploads -= 1;
    }
  }

  /** Some of the uploads that the trainings to come learn from. @throws ServingError `invalid-input` for a pipeline there is not */
  async page(query: Query, range: { readonly after: string | null; readonly limit: number }): Promise<UploadPage & { readonly pipeline: Pipeline }> {
    const pipeline = await this.#choose({}, query);
    return { pipeline, ...(await pageUploads(this.#options.store, pipeline.dataset, range)) };
  }

  /** Whatever pipeline it was for: ids are of one upload alone. @throws ServingError `upload-not-found` */
  async remove(id: string): Promise<void> {
    const { store, readPipelines } = this.#options;
    const datasets = isUploadId(id) ? new Set((await readPipelines()).map(({ dataset }) => dataset)) : [];
    for (const dataset of datasets) if (await removeUpload(store, dataset, id)) return;
    throw new ServingError('upload-not-found', `There is no upload "${id.slice(0, SHOWN_NAME_LENGTH)}".`);
  }

  async #store({ files, labels: fields, options }: PictureForm, request: FastifyRequest): Promise<StoredUpload> {
    const { store, clock } = this.#options;
    const pipeline = await this.#choose(options, request.query as Query);
    const classes = this.#classesOf(pipeline);
    const labels = readLabels(fields, classes);
    assertLabels(labels, files.length, classes);
    const pictures: PictureUpload['pictures'] = [];
    for (const [index, file] of files.entries()) pictures.push(await describePicture(file, index, labels[index]!));
    const nowMs = clock.wallMs();
    const uploadedAt = new Date(nowMs).toISOString();
    const upload = { id: newUploadId(nowMs), dataset: pipeline.dataset, uploadedBy: 'api', requestId: request.id, uploadedAt, pictures };
    await storeUpload(store, upload, files.map(({ bytes }) => bytes));
    return { upload, pipeline };
  }

  async #choose(options: PictureForm['options'], query: Query): Promise<Pipeline> {
    const [pipeline, model] = ['pipeline', 'model'].map((name) => onlyOne(query, name) ?? options[name]);
    const given = pipeline === undefined && model === undefined ? { model: this.#options.defaultModel } : { pipeline, model };
    return choosePipeline(given, await this.#options.readPipelines());
  }

  /** As the version that serves now names them: it comes from the same network. */
  #classesOf({ name, model }: Pipeline): readonly string[] {
    const manifest = resolveVersion(findModel(this.#options.catalog.current(), model), undefined);
    if (imageInputOf(manifest) !== null && manifest.labels !== null) return manifest.labels;
    throw new ServingError('invalid-input', `The pipeline "${name}" learns from no pictures: model "${model}" takes none, or does not name its classes.`);
  }
}

/** By its header; a picture that turns out to be damaged further on is left out of the training, which says so. */
async function describePicture({ filename, bytes }: PictureForm['files'][number], index: number, label: string): Promise<PictureUpload['pictures'][number]> {
  const picture = `Picture ${index + 1} of the upload, "${filename.slice(0, SHOWN_NAME_LENGTH)}",`;
  const { width, height, format } = await readImageHeader(bytes).catch((error: unknown) => {
    throw error instanceof ServingError ? new ServingError(error.kind, `${picture} cannot be used: ${error.message}`, { cause: error }) : error;
  });
  if (width * height > MAX_PIXELS) throw new ServingError('invalid-input', `${picture} is ${width}×${height} pixels; at most ${MAX_PIXELS} in all are accepted for training.`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file: `${String(index).padStart(4, '0')}.${format}`, filename: filename.slice(0, KEPT_NAME_LENGTH), label, bytes: bytes.byteLength, sha256 };
}
