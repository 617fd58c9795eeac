import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CLI = fileURLToPath(new URL('../../../apps/cli/dist/main.js', import.meta.url));
const TIMEOUT_MS = 120_000;

export interface ImportOptions {
  readonly name: string;
  /** File or folder of the model. */
  readonly source: string;
  readonly preprocess: string;
  readonly labelsFile: string;
}

/** `switchyard import`, as a user calls it. @throws Error with what it printed when it fails */
export async function importModel(httpUrl: string, { name, source, preprocess, labelsFile }: ImportOptions): Promise<void> {
  const args = [CLI, 'import', source, '--name', name, '--preprocess', preprocess, '--labels', labelsFile, '--api', httpUrl];
  await promisify(execFile)(process.execPath, args, { timeout: TIMEOUT_MS }).catch((error: Error & { stdout: string; stderr: string }) => {
    throw new Error(`switchyard import ${name} failed: ${error.stdout}${error.stderr}`, { cause: error });
  });
}
