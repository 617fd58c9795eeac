import { open, stat } from 'node:fs/promises';
import { ServingError, toServingError } from '@switchyard/errors';
import type { UnpackLimits } from './unpack-limits.js';
import { UnpackedFolder } from './unpacked-folder.js';
import { unpackTar } from './unpack-tar.js';
import { unpackZip } from './unpack-zip.js';

export type ArchiveKind = 'zip' | 'tar' | 'tar.gz';

const ZIP = [Buffer.from('PK\x03\x04'), Buffer.from('PK\x05\x06')] as const;
const GZIP = Buffer.from([0x1f, 0x8b]);
/** POSIX.1-1988 put it there; every tar since has it. */
const TAR = { magic: Buffer.from('ustar'), offset: 257 } as const;

/** What a file is by its first bytes, whatever it is called; null for no archive. */
export async function archiveKindOf(file: string): Promise<ArchiveKind | null> {
  const head = await firstBytes(file, TAR.offset + TAR.magic.byteLength);
  if (ZIP.some((magic) => head.subarray(0, magic.byteLength).equals(magic))) return 'zip';
  if (head.subarray(0, GZIP.byteLength).equals(GZIP)) return 'tar.gz';
  return head.subarray(TAR.offset).equals(TAR.magic) ? 'tar' : null;
}

/**
 * Unpacks an archive that nobody vouches for into an existing empty folder: plain files alone, below the folder, within the limits.
 * What is left there after a failure is for the caller to remove.
 * @throws ServingError `invalid-input`, `model-invalid` or `payload-too-large`, saying what is wrong with it
 */
export async function unpackArchive(file: string, kind: ArchiveKind, { directory, limits }: { readonly directory: string; readonly limits: UnpackLimits }): Promise<void> {
  const folder = new UnpackedFolder(directory, (await stat(file)).size, limits);
  try {
    await (kind === 'zip' ? unpackZip(file, folder) : unpackTar(file, folder, { gzipped: kind === 'tar.gz' }));
  } catch (thrown) {
    if (isClimbing(thrown)) throw new ServingError('invalid-input', 'A path in the archive leads out of its folder; paths below it, without "..", are expected.', { cause: thrown });
    throw toServingError(thrown, 'model-invalid', `The archive cannot be read as ${kind}: it is damaged or cut short.`);
  }
}

/** yauzl checks paths itself, before we see them. */
function isClimbing(thrown: unknown): boolean {
  return thrown instanceof Error && /^(absolute path|invalid relative path|invalid characters in fileName)/.test(thrown.message);
}

async function firstBytes(file: string, bytes: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
