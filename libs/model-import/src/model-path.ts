import { ServingError } from '@switchyard/errors';

/** Files of one model, at most: a large SavedModel has dozens. Chosen. */
export const MAX_MODEL_FILES = 1_000;

const MAX_PATH_LENGTH = 400;
const MAX_SEGMENT_LENGTH = 255;
const MAX_DEPTH = 16;
const SHOWN_LENGTH = 100;
/** Control characters, the separator of another system, and what names a drive or a stream there. */
const FORBIDDEN = /[\u0000-\u001f\u007f\\:]/;

/**
 * Checks the path of one file within its model's folder, as strangers state it: `variables/variables.index`.
 * @throws ServingError `invalid-input` for a path that leaves the folder or that not every system can hold
 */
export function assertModelPath(path: string): void {
  const segments = path.split('/');
  if (path.startsWith('/') || segments.includes('..')) throw refusal(path, 'leads out of the folder of the model; a path below it, without "..", is expected');
  if (FORBIDDEN.test(path)) throw refusal(path, 'holds a "\\", a ":" or a control character');
  if (segments.some((segment) => segment === '' || segment === '.')) throw refusal(path, 'has an empty name or a "." in it');
  if (path.length > MAX_PATH_LENGTH || segments.length > MAX_DEPTH || segments.some((segment) => segment.length > MAX_SEGMENT_LENGTH)) {
    throw refusal(path, `is longer or deeper than is accepted: ${MAX_PATH_LENGTH} characters, ${MAX_DEPTH} folders`);
  }
}

/**
 * The paths taken so far: each file has one of its own, and none is another's folder.
 * Names that differ in case alone are one file on some systems and count as one here.
 */
export class ModelPaths {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  /** @throws ServingError `invalid-input` for a path that is bad or taken, and beyond `MAX_MODEL_FILES` */
  take(path: string): void {
    assertModelPath(path);
    if (this.#files.size === MAX_MODEL_FILES) throw new ServingError('invalid-input', `The model has more than the ${MAX_MODEL_FILES} files that are accepted.`);
    const key = path.toLowerCase();
    const folders = foldersOf(key);
    if (this.#files.has(key)) throw new ServingError('invalid-input', `Two files claim the path "${shown(path)}"; each file needs a path of its own.`);
    if (this.#folders.has(key) || folders.some((folder) => this.#files.has(folder))) throw refusal(path, 'is a file and a folder at once');
    this.#files.add(key);
    for (const folder of folders) this.#folders.add(folder);
  }
}

function foldersOf(path: string): string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'));
}

function refusal(path: string, problem: string): ServingError {
  return new ServingError('invalid-input', `The path "${shown(path)}" ${problem}.`);
}

function shown(path: string): string {
  return path.length <= SHOWN_LENGTH ? path : `${path.slice(0, SHOWN_LENGTH)}…`;
}
