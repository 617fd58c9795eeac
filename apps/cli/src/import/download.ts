import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ServingError } from '@switchyard/errors';

/** A slow line may take an hour for a large model. */
const TIMEOUT_MS = 60 * 60 * 1000;

export interface Download {
  /** Absolute path of the file. */
  readonly file: string;
  remove(): Promise<void>;
}

/**
 * Fetches a model to this machine: it is its user who asks, so the address is theirs to choose.
 * @throws ServingError `invalid-input` when the address does not answer with a file
 */
export async function download(url: string): Promise<Download> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-download-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok || response.body === null) throw new ServingError('invalid-input', `${url} answers ${response.status}; a file is expected.`);
    const file = join(directory, fileName(new URL(response.url)));
    await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(file));
    return { file, remove };
  } catch (thrown) {
    await remove();
    if (thrown instanceof ServingError) throw thrown;
    throw new ServingError('invalid-input', `${url} cannot be fetched: ${reasonOf(thrown)}.`, { cause: thrown });
  }
}

/** The last part of the path; what a file system would take for anything else than a name is replaced. */
function fileName({ pathname }: URL): string {
  return basename(pathname).replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '') || 'model';
}

function reasonOf(thrown: unknown): string {
  const { cause, message } = thrown as Error;
  return cause instanceof Error ? cause.message : message;
}
