import sharp from 'sharp';
import { encodeForm } from '../stack/multipart.js';
import { imageBomb } from '../stack/pictures.js';
import type { BadRequest } from './bad-request.js';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"><image href="file:///etc/passwd"/></svg>';

const FALSE_JSON_FIELD = '--b\r\ncontent-disposition: form-data; name="instances"\r\ncontent-type: application/json\r\n\r\nAAA\r\n--b--\r\n';

/** What is wrong with an upload to `/predict`. @param limitBytes MAX_UPLOAD_SIZE of the api it is sent to */
export async function badUploads(limitBytes: number): Promise<BadRequest[]> {
  return [...(await badImages()), ...(await badForms(limitBytes)), ...(await malformedBodies()), ...(await tooLarge(limitBytes))];
}

async function badImages(): Promise<BadRequest[]> {
  const png = await noise(64);
  const jpeg = await sharp(png).jpeg().toBuffer();
  return Promise.all([
    upload('text as an image', 'hello, world', 415, /"hello, w".*PNG, JPEG/),
    upload('an empty file', '', 400, /file is empty/),
    upload('an SVG', SVG, 415, /"<svg xml"/),
    upload('an image of 10 gigapixels', imageBomb(100_000, 100_000), 400, /100000×100000 pixels; at most/),
    upload('an image of no height', imageBomb(28, 0), 400, /damaged|pixels/),
    upload('an image with nothing behind its header', imageBomb(28, 28), 400, /damaged/),
    upload('a PNG cut short', png.subarray(0, png.byteLength / 2), 400, /damaged or cut short/),
    upload('a JPEG cut short', jpeg.subarray(0, jpeg.byteLength / 2), 400, /damaged or cut short/),
    upload('a PNG’s first bytes', png.subarray(0, 8), 400, /damaged/),
    upload('a JPEG’s first bytes', Buffer.from([0xff, 0xd8, 0xff]), 400, /damaged/),
  ]);
}

async function badForms(limitBytes: number): Promise<BadRequest[]> {
  const picture = new Blob([await noise(28)]);
  return Promise.all([
    form('no file', [['model', 'mnist']], 400, /no file.*"file"/),
    form('text under "file"', [['file', 'hello']], 400, /no file.*"file"/),
    form('a file under another name', [['image', picture]], 400, /"image".*"file"/),
    form('a large file under another name', [['image', new Blob([Buffer.alloc(limitBytes - 1_000)])]], 400, /"image".*"file"/),
    form('two files', [['file', picture], ['file', picture]], 400, /one file/i),
    form('an unknown model', [['model', 'nope'], ['file', picture]], 404, /"nope"/),
    form('a model after the file', [['file', picture], ['model', 'nope']], 404, /"nope"/),
    form('a model that takes no images', [['model', 'simple_classifier'], ['file', picture]], 400, /takes no images/),
    form('a field of 100,000 letters', [['model', 'm'.repeat(100_000)], ['file', picture]], 400, /field "model"/),
    form('fifty fields', [...Array.from({ length: 50 }, (_, index) => [`field${index}`, 'x'] as const), ['file', picture]], 400, /fields/),
    form('a field named __proto__', [['__proto__', 'x'], ['file', picture]], 400, /field/),
    form('a field named constructor', [['constructor', 'x'], ['file', picture]], 400, /field/),
  ]);
}

async function malformedBodies(): Promise<BadRequest[]> {
  const { body, contentType } = await encodeForm([['file', new Blob([await noise(28)])]]);
  return [
    multipart('no boundary', body, 'multipart/form-data', 400, /boundary/i),
    multipart('an empty boundary', body, 'multipart/form-data; boundary=', 400, /no file/),
    multipart('another boundary', body, 'multipart/form-data; boundary=other', 400, /multipart|no file/i),
    multipart('an empty body', '', contentType, 400, /no file|multipart/i),
    multipart('a body that ends in the file', body.subarray(0, body.byteLength - 100), contentType, 400, /multipart/i),
    multipart('a body that ends in a header', body.subarray(0, 60), contentType, 400, /multipart/i),
    multipart('a body that is none', 'hello', contentType, 400, /multipart/i),
    multipart('a field that says it is JSON', FALSE_JSON_FIELD, 'multipart/form-data; boundary=b', 400, /says by its content-type that it is JSON, and is not/),
    { ...multipart('an upload for TF Serving', body, contentType, 400, /document is empty|multipart/i), path: '/v1/models/mnist:predict' },
    { ...multipart('an upload for Triton', body, contentType, 400, /document is empty/i), path: '/v2/models/mnist/infer' },
    ...['labels', 'file'].map((field) => ({ ...multipart(`a model that ends in its second file, after ${field}`, endsInSecondFile(field), 'multipart/form-data; boundary=b', 400, /multipart|ended before/), path: '/models/fuzzed/versions' })),
    { ...multipart('an upload as a job', body, contentType, 400, /"model"|multipart/i), path: '/jobs' },
  ];
}

/** A form whose body is over before its second file is. */
function endsInSecondFile(firstField: string): string {
  const part = (field: string, name: string): string => `--b\r\ncontent-disposition: form-data; name="${field}"; filename="${name}"\r\n\r\nhello \r\n`;
  return `${part(firstField, 'a')}${part('file', 'b').trimEnd()} `;
}

async function tooLarge(limitBytes: number): Promise<BadRequest[]> {
  const says = new RegExp(`larger than the ${limitBytes} bytes`);
  const json = `{"instances": [[1,2]], "padding": "${'p'.repeat(2 * limitBytes)}"}`;
  const headers = { 'content-type': 'application/json' };
  const { body, contentType } = await encodeForm([['file', new Blob([Buffer.alloc(2 * limitBytes, 0x89)])]]);
  const paths = ['/v1/models/simple_classifier:predict', '/v2/models/simple_classifier/infer', '/v2/repository/index', '/predict', '/jobs', '/retrain', '/models/mnist/rollback'];
  return [
    ...paths.flatMap((path) => [
      { name: `${path}: a body too large, stated`, path, headers, body: json, status: 413, says },
      { name: `${path}: a body too large, in chunks`, path, headers, body: json, chunked: true, status: 413, says },
    ]),
    multipart('a file too large, stated', body, contentType, 413, says),
    { ...multipart('a file too large, in chunks', body, contentType, 413, says), chunked: true },
  ];
}

/** A picture that does not compress, so that half of its file is half of its pixels. */
function noise(side: number): Promise<Buffer> {
  const pixels = Buffer.from(Array.from({ length: side * side }, (_, index) => (index * 7_919 + (index >> 3) * 104_729) & 0xff));
  return sharp(pixels, { raw: { width: side, height: side, channels: 1 } }).png().toBuffer();
}

function upload(name: string, file: string | Uint8Array, status: number, says: RegExp): Promise<BadRequest> {
  return form(name, [['file', new Blob([file])]], status, says);
}

async function form(name: string, entries: Parameters<typeof encodeForm>[0], status: number, says: RegExp): Promise<BadRequest> {
  const { body, contentType } = await encodeForm(entries);
  return multipart(name, body, contentType, status, says);
}

// eslint-disable-next-line max-params -- a row of a table
function multipart(name: string, body: string | Uint8Array, contentType: string, status: number, says: RegExp): BadRequest {
  return { name: `upload: ${name}`, path: '/predict', body, headers: { 'content-type': contentType }, status, says };
}
