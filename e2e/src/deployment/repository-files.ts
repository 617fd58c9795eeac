import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

/** The repository; this file lies three folders below it, in `src` as in `dist`. */
export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** @param path from the repository's root */
export function readText(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

/** The files under a folder of the repository whose path ends so, as paths from the root; what is built or installed is left out. */
export function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith(ending) && !/(^|\/)(node_modules|dist)\//.test(path))
    .sort();
}

/** One YAML document. The type is the caller's claim: a schema has to bear it out. */
export function parseYaml<Document>(text: string): Document {
  return parse(text, { merge: true }) as Document;
}

/** Every document of a stream, as Kubernetes manifests are written. A syntax error or a key given twice throws. */
export function parseYamlStream<Document>(text: string): Document[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS() as Document;
  });
}
