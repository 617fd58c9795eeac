import type { OutgoingHttpHeaders } from 'node:http';
import { identityModel } from '../import/odd-models.js';
import { nestDigit } from '../stack/digits.js';
import { encodeForm } from '../stack/multipart.js';
import { renderDigit } from '../stack/pictures.js';

/** A request whose body is to be changed. */
export interface Sample {
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Uint8Array;
  /** The answer to it unchanged. */
  readonly status: number;
}

const POINTS = [[1.5, 2.3], [-1, 0.25]];

/** Requests that are right, or nearly: what is sent begins as one of them. @param digit pixels of a picture that "mnist" takes */
export async function fuzzSamples(digit: Float32Array): Promise<Sample[]> {
  return [...tfServing(digit), ...openInference(), ...openInferenceBinary(digit), ...(await house(digit)), ...(await modelsToImport())];
}

function tfServing(digit: Float32Array): Sample[] {
  return [
    json('/v1/models/simple_classifier:predict', { instances: POINTS }),
    json('/v1/models/simple_classifier/versions/1:predict', { signature_name: 'serving_default', inputs: POINTS }),
    json('/v1/models/simple_classifier/labels/champion:predict', { instances: [{ features: [1, 2] }] }),
    json('/v1/models/mnist:predict', { instances: [nestDigit(digit)] }),
  ];
}

function openInference(): Sample[] {
  const input = { name: 'features', shape: [2, 2], datatype: 'FP32', data: POINTS.flat() };
  return [
    json('/v2/models/simple_classifier/infer', { id: '1', inputs: [input], parameters: { priority: 1 } }),
    json('/v2/models/simple_classifier/versions/1/infer', { inputs: [{ ...input, shape: [1, 2], data: [1, 2] }], outputs: [{ name: 'probability', parameters: { classification: 1 } }] }),
    json('/v2/repository/index', { ready: true }),
  ];
}

/** JSON with tensors behind it, in and out; and tensors alone. */
function openInferenceBinary(digit: Float32Array): Sample[] {
  const points = Buffer.from(Float32Array.from(POINTS.flat()).buffer);
  const input = { name: 'features', shape: [2, 2], datatype: 'FP32', parameters: { binary_data_size: points.byteLength } };
  const header = Buffer.from(JSON.stringify({ inputs: [input], outputs: [{ name: 'probability', parameters: { binary_data: true } }] }));
  const path = '/v2/models/simple_classifier/infer';
  const body = Buffer.concat([header, points]);
  const binary = (length: number): OutgoingHttpHeaders => ({ 'content-type': 'application/octet-stream', 'inference-header-content-length': String(length) });
  return [
    { path, headers: binary(header.byteLength), body, status: 200 },
    // As after a change of the JSON that the header does not know of.
    { path, headers: binary(header.byteLength - 2), body, status: 400 },
    // One row: a raw request says nothing of a shape.
    { path, headers: binary(0), body: points.subarray(0, 2 * Float32Array.BYTES_PER_ELEMENT), status: 200 },
    { path: '/v2/models/mnist/infer', headers: binary(0), body: Buffer.from(Float32Array.from(digit).buffer), status: 200 },
  ];
}

async function house(digit: Float32Array): Promise<Sample[]> {
  const picture = new Blob([await renderDigit(digit, 'white')]);
  const image = await form('/predict', [['model', 'mnist'], ['file', picture]]);
  return [
    json('/predict', { model: 'simple_classifier', instances: POINTS }),
    { path: '/predict', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: Buffer.from('model=simple_classifier&x1=1.5&x2=2.3'), status: 200 },
    image,
    image,
    json('/predict/url', { url: 'https://example.com/dog.jpg', model: 'mnist', top_k: 3, probabilities: true }, 403),
    json('/jobs', { model: 'simple_classifier', version: 'champion', priority: 'bulk', deadline_seconds: 30, instances: POINTS }, 202),
    json('/models/simple_classifier/promote', { version: 1, why: 'because' }),
    json('/models/simple_classifier/rollback', { version: 1 }),
    await form('/upload', [['files', picture], ['labels', '7'], ['model', 'mnist']]),
    await form('/upload', [['files', picture], ['files', picture], ['labels', '["7", "7"]']]),
    json('/upload', { files: [], labels: ['7'] }, 415),
  ];
}

/**
 * Models to import, right but for the very last thing that is looked at: taken, they would fill the queue of imports, and a full queue refuses
 * the next ones unread.
 */
async function modelsToImport(): Promise<Sample[]> {
  const model = new Blob([new Uint8Array(identityModel())]);
  const path = '/models/fuzzed/versions';
  return [
    await form(path, [['file', model], ['labels', '["zero"]'], ['preprocess', 'tf'], ['promote', 'no']], 400),
    await form(path, [['labels', new Blob(['zero\n'])], ['file', model], ['signature', 'serving_default'], ['promote', 'no']], 400),
    json(path, { from: 'uploads/fuzzed', labels: ['zero'], preprocess: 'tf', promote: 'no' }, 400),
  ];
}

function json(path: string, document: unknown, status = 200): Sample {
  return { path, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(document)), status };
}

async function form(path: string, entries: Parameters<typeof encodeForm>[0], status = 200): Promise<Sample> {
  const { body, contentType } = await encodeForm(entries);
  return { path, headers: { 'content-type': contentType }, body, status };
}
