import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import FormData from 'form-data';
import { z } from 'zod';
import { ServingError } from '@switchyard/errors';
import { IMPORT_STATUSES } from '@switchyard/model-import';
import type { ImportArguments } from './import-arguments.js';
import type { LocalFile } from './model-files.js';

const REQUEST_TIMEOUT_MS = 30_000;

/** What the api says of an import. */
const importSchema = z.object({
  id: z.string(),
  status: z.enum(IMPORT_STATUSES),
  version: z.number().nullable(),
  steps: z.array(z.object({ step: z.string(), message: z.string(), duration_ms: z.number() })),
  error: z.object({ message: z.string() }).nullable(),
});
export type ImportState = z.infer<typeof importSchema>;

/** Uploads a model, a chunk at a time. @throws ServingError with the api's own sentence, or saying that it cannot be reached */
export async function uploadModel({ apiUrl, name, labelsFile, preprocess, signature, promote }: ImportArguments, files: readonly LocalFile[]): Promise<ImportState> {
  const form = new FormData();
  for (const { location, path, bytes } of files) {
    // A function, so that each file is opened when its turn comes.
    form.append('file', (next: (stream: NodeJS.ReadableStream) => void) => next(createReadStream(location)), { filepath: path, knownLength: bytes });
  }
  if (labelsFile !== undefined) form.append('labels', await labelsOf(labelsFile), { filename: basename(labelsFile) });
  if (preprocess !== undefined) form.append('preprocess', preprocess);
  if (signature !== undefined) form.append('signature', signature);
  form.append('promote', String(promote));
  return parseImport(await post(`${apiUrl}/models/${encodeURIComponent(name)}/versions`, form));
}

/** @throws ServingError */
export async function readImport(apiUrl: string, id: string): Promise<ImportState> {
  try {
    const response = await fetch(`${apiUrl}/imports/${id}`, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    return parseImport({ status: response.status, body: await response.text() });
  } catch (thrown) {
    throw thrown instanceof ServingError ? thrown : unreachable(apiUrl, thrown);
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function labelsOf(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new ServingError('invalid-input', `The labels cannot be read from "${file}".`, { cause });
  });
}

/** By hand rather than with `fetch`, which would not stream files of a form without holding them. An answer may come before all has been sent. */
function post(url: string, form: FormData): Promise<Answer> {
  return new Promise((resolve, reject) => {
    form.getLength((lengthError, length) => {
      if (lengthError !== null) return reject(lengthError);
      const send = url.startsWith('https:') ? httpsRequest : httpRequest;
      const request = send(url, { method: 'POST', headers: { ...form.getHeaders(), 'content-length': length } });
      let answered = false;
      request.once('response', (response: IncomingMessage) => {
        answered = true;
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
      });
      request.on('error', (cause) => answered || reject(unreachable(new URL(url).origin, cause)));
      form.once('error', (cause) => request.destroy(cause));
      form.pipe(request);
    });
  });
}

function parseImport({ status, body }: Answer): ImportState {
  const json = parseJson(body);
  const parsed = importSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const refusal = z.object({ error: z.string() }).safeParse(json);
  throw new ServingError('invalid-input', refusal.success ? refusal.data.error : `The api answered ${status} with something else than an import; is it a Switchyard?`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function unreachable(url: string, cause: unknown): ServingError {
  return new ServingError('queue-unavailable', `There is no Switchyard at ${url}: start one with "npm start", or name another with --api.`, { cause });
}
