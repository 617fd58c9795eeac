import { openPromise, type Entry } from 'yauzl';
import { ServingError } from '@switchyard/errors';
import { UnpackedFolder } from './unpacked-folder.js';

const TYPE_MASK = 0o170_000;
const REGULAR_FILE = 0o100_000;
const FOLDER = 0o040_000;

/** Unpacks a zip file. @throws ServingError, or the library's error for a damaged one */
export async function unpackZip(file: string, folder: UnpackedFolder): Promise<void> {
  const zip = await openPromise(file, { autoClose: false, validateEntrySizes: true, strictFileNames: true });
  try {
    for await (const entry of zip.eachEntry()) {
      if (!UnpackedFolder.wants(entry.fileName)) continue;
      assertPlainFile(entry);
      await folder.add(entry.fileName, await zip.openReadStreamPromise(entry));
    }
  } finally {
    zip.close();
  }
}

function assertPlainFile(entry: Entry): void {
  if (entry.isEncrypted()) throw new ServingError('model-invalid', 'The archive is encrypted; one without a password is expected.');
  // The upper half holds Unix' file mode; zero where another system wrote the archive.
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  if (type === 0 || type === REGULAR_FILE || type === FOLDER) return;
  throw new ServingError('model-invalid', `"${entry.fileName.slice(0, 100)}" in the archive is a link or a device; files and folders are expected.`);
}
