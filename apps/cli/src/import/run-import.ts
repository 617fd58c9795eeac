import { setTimeout as delay } from 'node:timers/promises';
import { ServingError } from '@switchyard/errors';
import { download } from './download.js';
import { exampleCall } from './example-call.js';
import { parseImportArguments, type ImportArguments } from './import-arguments.js';
import { readImport, uploadModel, type ImportState } from './import-api.js';
import { modelFiles } from './model-files.js';
import { findVersion } from './published-version.js';

/** Prints a line to the user. */
type Say = (line: string) => void;

const FAILED = 1;
const LOOK_EVERY_MS = 300;
/** The registry ends every import long before; one that waits behind many others may take this long. */
const LONGEST_WAIT_MS = 60 * 60 * 1000;
/** A worker loads and warms the version up. */
const LOAD_TIMEOUT_MS = 120_000;

/** `switchyard import …`: takes a model to a running Switchyard and tells each step in a line. @returns the exit code */
export async function runImport(args: readonly string[], say: Say): Promise<number> {
  try {
    const given = parseImportArguments(args);
    const version = await bring(given, say);
    await sayHowToCall(given, version, say);
    return 0;
  } catch (error) {
    if (!(error instanceof ServingError)) throw error;
    say(error.message);
    return FAILED;
  }
}

async function bring(given: ImportArguments, say: Say): Promise<number> {
  if (!/^https?:\/\//.test(given.source)) return upload(given, given.source, say);
  say(`Downloading ${given.source} …`);
  const { file, remove } = await download(given.source);
  try {
    return await upload(given, file, say);
  } finally {
    await remove();
  }
}

async function upload(given: ImportArguments, source: string, say: Say): Promise<number> {
  const files = await modelFiles(source);
  const megabytes = (files.reduce((sum, { bytes }) => sum + bytes, 0) / 1_000_000).toPrecision(3);
  say(`Uploading ${files.length === 1 ? 'one file' : `${files.length} files`}, ${megabytes} MB …`);
  return follow(given, await uploadModel(given, files), say);
}

/** Says each step once. @throws ServingError with the reason why there is no version */
async function follow({ apiUrl }: ImportArguments, submitted: ImportState, say: Say): Promise<number> {
  const endMs = performance.now() + LONGEST_WAIT_MS;
  let [said, state] = [0, submitted];
  for (;;) {
    // An attempt that was interrupted begins anew.
    if (state.steps.length < said) said = 0;
    for (const { step, message, duration_ms: ms } of state.steps.slice(said)) say(`  ${step.padEnd(8)}${message} (${(ms / 1_000).toFixed(1)} s)`);
    said = state.steps.length;
    if (state.error !== null) throw new ServingError('model-invalid', state.error.message);
    if (state.status === 'succeeded' && state.version !== null) return state.version;
    if (performance.now() > endMs) throw new ServingError('deadline-exceeded', `The import ${state.id} has not ended after an hour; is a registry running? Look again with: curl -s ${apiUrl}/imports/${state.id}`);
    await delay(LOOK_EVERY_MS);
    state = await readImport(apiUrl, state.id);
  }
}

async function sayHowToCall({ apiUrl, name, preprocess, promote }: ImportArguments, version: number, say: Say): Promise<void> {
  if (!promote) {
    say(`Version ${version} does not serve yet: curl -s -X POST ${apiUrl}/models/${name}/promote -d '{"version": ${version}}'`);
    return;
  }
  const endMs = performance.now() + LOAD_TIMEOUT_MS;
  let published = await findVersion(apiUrl, name, version);
  while (!published?.workers_serving && performance.now() < endMs) {
    await delay(LOOK_EVERY_MS);
    published = await findVersion(apiUrl, name, version);
  }
  if (!published?.workers_serving) throw new ServingError('model-not-ready', `Version ${version} is published, but no worker has loaded it within ${LOAD_TIMEOUT_MS / 1_000} s; their log says why.`);
  say(`Version ${version} serves. A first prediction:`);
  say(exampleCall({ apiUrl, name, inputs: published.signature.inputs, takesImages: preprocess !== undefined }));
}
