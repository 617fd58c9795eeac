import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** Pictures that one upload may bring. */
export const MAX_UPLOAD_PICTURES = 1_000;
/** Uploaded pictures that one dataset may hold; every retraining decodes all of them. */
export const MAX_DATASET_PICTURES = 20_000;
const UPLOAD_ID = /^[A-Za-z0-9-]{1,100}$/;
/** The last file written of an upload and the first one read: an upload without it does not count. */
const UPLOAD_RECORD = 'upload.json';

/** `datasets/<name>/incoming/<id>/upload.json`: labelled pictures that somebody sent for the next training, and who did. */
export const pictureUploadSchema = z.object({
  id: z.string().regex(UPLOAD_ID),
  dataset: z.string().min(1),
  uploadedBy: z.string().max(200),
  /** Of the request that brought them, as the log has it. */
  requestId: z.string().max(200),
  uploadedAt: z.iso.datetime(),
  pictures: z.array(z.object({
    /** Beside the record. */
    file: z.string().regex(/^[a-z0-9.]{1,50}$/),
    /** As the caller calls it. */
    filename: z.string().max(255),
    /** The name of a class. */
    label: z.string(),
    bytes: z.number().int().min(1),
    sha256: z.string().length(64),
  })).min(1).max(MAX_UPLOAD_PICTURES),
});
export type PictureUpload = z.infer<typeof pictureUploadSchema>;

/** `20260105T020000123Z-4f1d2a`: sorted by time, as snapshots have their uploads. */
export function newUploadId(wallMs: number): string {
  return `${new Date(wallMs).toISOString().replace(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`;
}

/** Whether `text` can be the id of an upload, and so a segment of an object key. */
export function isUploadId(text: string): boolean {
  return UPLOAD_ID.test(text);
}

/** What the keys of a dataset's uploads, or of one of them, begin with. */
export function uploadPrefix(dataset: string, id?: string): string {
  return `datasets/${dataset}/incoming/${id === undefined ? '' : `${id}/`}`;
}

export function uploadRecordKey(dataset: string, id: string): string {
  return `${uploadPrefix(dataset, id)}${UPLOAD_RECORD}`;
}

export function isUploadRecord(key: string): boolean {
  return key.endsWith(`/${UPLOAD_RECORD}`);
}
