import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith, testPython } from '@switchyard/test-kit';
import { getJson } from './stack/http.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const CHECKS = 'not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance';
const EXAMPLES_PER_OPERATION = 10;
/** The one whose training takes seconds: a fuzzer that may train the other one too would share the processors with it. */
const PIPELINE = 'simple_classifier.json';
const PIPELINES = fileURLToPath(new URL('../../pipelines', import.meta.url));
const SETTINGS = fileURLToPath(new URL('../clients/schemathesis.toml', import.meta.url));
const FUZZING_TIMEOUT_MS = 180_000;

describeWith(testPython(), 'the OpenAPI document', (python) => {
  let stack: TrainedStack;
  let pipelines: string;

  beforeAll(async () => {
    pipelines = await mkdtemp(join(tmpdir(), 'switchyard-pipelines-'));
    await copyFile(join(PIPELINES, PIPELINE), join(pipelines, PIPELINE));
    stack = await startTrainedStack({ serviceEnv: { trainer: { PIPELINES_DIRECTORY: pipelines }, api: { URL_FETCH_ALLOW_LIST: '127.0.0.1', URL_FETCH_TIMEOUT_MS: '500' } } });
  }, 400_000);

  afterAll(async () => {
    await stack?.close();
    await rm(pipelines, { recursive: true, force: true });
  }, 60_000);

  it('is true: Schemathesis, which makes requests of it, finds no answer that it does not tell of, and no 5xx', async () => {
    const pids = stack.services.map(({ pid }) => pid);
    const options = ['--checks', CHECKS, '--max-examples', String(EXAMPLES_PER_OPERATION), '--phases', 'examples,coverage,fuzzing', '--seed', '1', '--generation-database', 'none', '--request-timeout', '30', '--no-color'];
    const report = await python.run('-m', ['schemathesis.cli', '--config-file', SETTINGS, 'run', `${stack.httpUrl}/openapi.json`, ...options], { timeoutMs: FUZZING_TIMEOUT_MS }).catch((error: Error & { stdout?: string }) => {
      throw new Error(error.stdout?.slice(-10_000) ?? error.message);
    });
    process.stderr.write(`openapi: ${/(\d+) generated/.exec(report)?.[1]} requests made of the document\n`);
    expect(Number(/Tested: (\d+)/.exec(report)?.[1])).toBe(await operationCount(stack.httpUrl));
    expect(stack.services.map(({ pid }) => pid)).toEqual(pids);
  }, FUZZING_TIMEOUT_MS + 10_000);
});

/** Operations of the document. */
async function operationCount(url: string): Promise<number> {
  const { body } = await getJson<{ paths: Record<string, object> }>(`${url}/openapi.json`);
  return Object.values(body.paths).reduce((count, operations) => count + Object.keys(operations).length, 0);
}
