import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { ServingError } from '@switchyard/errors';
import { ModelPaths } from '@switchyard/model-import';

/** A file to upload: where it lies, and its path within the model. */
export interface LocalFile {
  readonly location: string;
  readonly path: string;
  readonly bytes: number;
}

/** The files of a path: itself, or all below a directory but hidden ones. @throws ServingError `invalid-input` */
export async function modelFiles(source: string): Promise<LocalFile[]> {
  const found = await stat(source).catch(() => null);
  if (found === null) throw new ServingError('invalid-input', `There is no file or directory "${source}".`);
  const locations = found.isDirectory() ? await filesUnder(source) : [source];
  const paths = new ModelPaths();
  const files = await Promise.all(locations.map(async (location) => {
    const path = found.isDirectory() ? relative(source, location).split(sep).join('/') : basename(location);
    return { location, path, bytes: (await stat(location)).size };
  }));
  for (const { path } of files) paths.take(path);
  if (files.length === 0) throw new ServingError('invalid-input', `The directory "${source}" holds no files.`);
  return files;
}

async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map((entry) => join(entry.parentPath, entry.name)).sort();
}
