import { createReadStream } from 'node:fs';
import { finished, pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { extract, type Headers } from 'tar-stream';
import { ServingError } from '@switchyard/errors';
import { UnpackedFolder } from './unpacked-folder.js';

/** Entries that describe others, or hold others. */
const SKIPPED: readonly Headers['type'][] = ['directory', 'pax-header', 'pax-global-header'];

/** Unpacks a tar file, gzipped or not. @throws ServingError, or the library's error for a damaged one */
export async function unpackTar(file: string, folder: UnpackedFolder, { gzipped }: { readonly gzipped: boolean }): Promise<void> {
  const entries = extract();
  const reading = gzipped ? pipeline(createReadStream(file), createGunzip(), entries) : pipeline(createReadStream(file), entries);
  // Whichever end fails first tells the other; its error is the one that is thrown below.
  reading.catch(() => undefined);
  try {
    for await (const entry of entries) {
      const { name, type } = entry.header;
      const content = Readable.from(entry as AsyncIterable<Uint8Array>, { objectMode: false });
      if (SKIPPED.includes(type) || !UnpackedFolder.wants(name)) await finished(content.resume());
      else if (type === 'file' || type === 'contiguous-file') await folder.add(name, content);
      else throw new ServingError('model-invalid', `"${name.slice(0, 100)}" in the archive is a ${type}; files and folders are expected.`);
    }
  } catch (error) {
    entries.destroy();
    await reading.catch(() => undefined);
    throw error;
  }
  await reading;
}
