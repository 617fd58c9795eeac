import type { RequestContent } from '../load/http-request.js';
import type { LoadFormat } from './wire-format.js';

/** What was found in a picture. */
export interface NamedClass {
  readonly index: number;
  readonly score: number;
}

/** One way of sending a JPEG file, and of naming what is on it. */
export interface PictureFormat extends LoadFormat {
  encode(file: Uint8Array): RequestContent;
  /** Undefined when the body is no such answer. */
  readAnswer(body: Uint8Array): NamedClass | undefined;
}

const BOUNDARY = 'PictureBoundary';

/** A form with one file, as browsers and curl send it; our `/predict`. */
export const formFile: PictureFormat = {
  name: 'form-file',
  description: 'form with a JPEG file',
  transport: 'http',
  encode: (file) => form('file', file),
  readAnswer: (body) => readClass(body, (answer) => {
    const { predictions } = answer as { predictions?: { class_id: number; confidence: number }[] };
    return { index: predictions?.[0]?.class_id, score: predictions?.[0]?.confidence };
  }),
};

/** The bare file. */
export const rawPicture: PictureFormat = {
  name: 'raw-picture',
  description: 'a bare JPEG file',
  transport: 'http',
  encode: (file) => ({ contentType: 'image/jpeg', body: file }),
  readAnswer: (body) => readClass(body, (answer) => classAndScore(answer)),
};

/** A form with a list of files, as BentoML batches them. */
export const formImages: PictureFormat = {
  name: 'form-images',
  description: 'form with a JPEG file as "images"',
  transport: 'http',
  encode: (file) => form('images', file),
  readAnswer: (body) => readClass(body, (answer) => classAndScore((answer as unknown[])[0])),
};

function form(field: string, file: Uint8Array): RequestContent {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${field}"; filename="picture.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`;
  return { contentType: `multipart/form-data; boundary=${BOUNDARY}`, body: Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]) };
}

function classAndScore(answer: unknown): { index: unknown; score: unknown } {
  const { class: index, score } = answer as { class: unknown; score: unknown };
  return { index, score };
}

function readClass(body: Uint8Array, read: (answer: unknown) => { index: unknown; score: unknown }): NamedClass | undefined {
  try {
    const { index, score } = read(JSON.parse(Buffer.from(body).toString()));
    return typeof index === 'number' && typeof score === 'number' ? { index, score } : undefined;
  } catch {
    return undefined;
  }
}
