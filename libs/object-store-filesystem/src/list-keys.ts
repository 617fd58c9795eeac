import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './storage-failure.js';

/** What is not named as a key's segment (partial files, `lost+found`) belongs to somebody else. */
const SEGMENT = /^[A-Za-z0-9._-]+$/;

/**
 * The files below `folder` as keys that begin with `prefix` + a name that begins with `beginning`, in the order of the characters of the whole key:
 * a folder sorts by its name and a `/`, so that `a-b` comes before `a/b`. A folder that goes missing meanwhile has no files.
 */
export async function* listKeys(folder: string, prefix: string, beginning = ''): AsyncGenerator<string> {
  for (const name of await sortedNames(folder, beginning)) {
    if (name.endsWith('/')) yield* listKeys(join(folder, name), `${prefix}${name}`);
    else yield `${prefix}${name}`;
  }
}

async function sortedNames(folder: string, beginning: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => SEGMENT.test(entry.name) && entry.name.startsWith(beginning) && (entry.isFile() || entry.isDirectory()))
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
