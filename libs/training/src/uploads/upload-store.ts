import { ServingError } from '@switchyard/errors';
import { deleteUnder } from '@switchyard/model-registry';
import { readJson, writeJson, type ObjectStore } from '@switchyard/object-store';
import { MAX_DATASET_PICTURES, isUploadRecord, pictureUploadSchema, uploadPrefix, uploadRecordKey, type PictureUpload } from './picture-upload.js';

/**
 * Keeps an upload for the trainings to come: all of it or nothing, as its record goes last.
 * @param files the pictures, encoded as they came, in the order of the record
 * @throws ServingError `conflict` when the dataset holds as many pictures as it may; `storage-unavailable`
 */
export async function storeUpload(store: ObjectStore, upload: PictureUpload, files: readonly Uint8Array[]): Promise<void> {
  const { dataset, id, pictures } = upload;
  const held = await countPictures(store, dataset);
  if (held + pictures.length > MAX_DATASET_PICTURES) {
    throw new ServingError('conflict', `The dataset "${dataset}" holds ${held} uploaded pictures; ${pictures.length} more would exceed the ${MAX_DATASET_PICTURES} that are kept.`);
  }
  try {
    for (const [index, { file }] of pictures.entries()) await store.put(`${uploadPrefix(dataset, id)}${file}`, files[index]!);
    await writeJson(store, uploadRecordKey(dataset, id), upload);
  } catch (error) {
    await deleteUnder(store, uploadPrefix(dataset, id)).catch(() => undefined); // without its record it does not count anyway
    throw error;
  }
}

/** Every whole upload of a dataset, in the order of their ids. @throws ServingError `storage-unavailable` when a record is not readable as one. */
export async function listUploads(store: ObjectStore, dataset: string): Promise<PictureUpload[]> {
  const uploads: PictureUpload[] = [];
  for await (const key of store.list(uploadPrefix(dataset))) {
    if (isUploadRecord(key)) uploads.push(await readUpload(store, key));
  }
  return uploads;
}

export interface UploadPage {
  /** In the order of their ids, which is that of time. */
  readonly uploads: readonly PictureUpload[];
  /** The id after which the next page begins; null on the last one. */
  readonly next: string | null;
}

/**
 * Some of a dataset's whole uploads.
 * @param after the id after which the page begins, which need not exist any more; null for the first page
 * @throws ServingError `storage-unavailable`
 */
export async function pageUploads(store: ObjectStore, dataset: string, { after, limit }: { readonly after: string | null; readonly limit: number }): Promise<UploadPage> {
  const uploads: PictureUpload[] = [];
  for await (const key of store.list(uploadPrefix(dataset))) {
    if (!isUploadRecord(key) || (after !== null && key <= uploadRecordKey(dataset, after))) continue;
    if (uploads.length === limit) return { uploads, next: uploads.at(-1)!.id };
    uploads.push(await readUpload(store, key));
  }
  return { uploads, next: null };
}

/**
 * Removes an upload: later trainings do without it, while snapshots that have its pictures keep them. The record goes first, so that half an
 * upload never counts; called again after a crash, it removes the rest.
 * @returns whether there was anything of it
 * @throws ServingError `storage-unavailable`
 */
export async function removeUpload(store: ObjectStore, dataset: string, id: string): Promise<boolean> {
  const keys: string[] = [];
  for await (const key of store.list(uploadPrefix(dataset, id))) keys.push(key);
  for (const key of [uploadRecordKey(dataset, id), ...keys]) await store.delete(key);
  return keys.length > 0;
}

async function readUpload(store: ObjectStore, key: string): Promise<PictureUpload> {
  const parsed = pictureUploadSchema.safeParse(await readJson(store, key));
  if (parsed.success) return parsed.data;
  throw new ServingError('storage-unavailable', `The record "${key}" of an upload cannot be read.`, { cause: parsed.error });
}

async function countPictures(store: ObjectStore, dataset: string): Promise<number> {
  let pictures = 0;
  for await (const key of store.list(uploadPrefix(dataset))) pictures += isUploadRecord(key) ? 0 : 1;
  return pictures;
}
