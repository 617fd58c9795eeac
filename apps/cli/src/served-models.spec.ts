import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { notYetAvailable, pipelineModels, waitForModels, type ModelWait } from './served-models.js';

/** Answers as TensorFlow Serving does: `served` is AVAILABLE, `loading` is LOADING for three questions, the rest is unknown. */
let server: Server;
let url: string;
let questions = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    const model = request.url?.split('/').at(-1);
    if (model === 'loading') questions += 1;
    const state = model === 'served' || questions > 3 ? 'AVAILABLE' : 'LOADING';
    response.statusCode = model === 'served' || model === 'loading' ? 200 : 404;
    response.end(JSON.stringify(response.statusCode === 200 ? { model_version_status: [{ version: '1', state }] } : { error: 'unknown' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const patience: ModelWait = { timeoutMs: 60_000, signal: new AbortController().signal, hasFailed: () => false };

describe('waiting for models', () => {
  it('knows which do not answer yet', async () => {
    expect(await notYetAvailable(url, ['served', 'unknown'])).toEqual(['unknown']);
  });

  it('ends when all answer', async () => {
    expect(await waitForModels(url, ['served', 'loading'], patience)).toEqual([]);
  });

  it('ends when time is up or it is told to, with those that do not answer', async () => {
    expect(await waitForModels(url, ['served', 'unknown'], { ...patience, timeoutMs: 1 })).toEqual(['unknown']);
    expect(await waitForModels(url, ['unknown'], { ...patience, signal: AbortSignal.abort() })).toEqual(['unknown']);
  });

  it('does not wait for a model whose training failed', async () => {
    expect(await waitForModels(url, ['unknown', 'served'], { ...patience, hasFailed: (model) => model === 'unknown' })).toEqual(['unknown']);
  });

  it('takes an api that does not answer for one that serves nothing yet', async () => {
    expect(await notYetAvailable('http://127.0.0.1:1', ['served'])).toEqual(['served']);
  });
});

describe('pipelineModels', () => {
  it('names each model once', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'switchyard-pipelines-'));
    for (const [file, model] of [['a', 'mnist'], ['b', 'mnist'], ['c', 'points']]) await writeFile(join(directory, `${file}.json`), JSON.stringify({ model }));
    expect(await pipelineModels(directory)).toEqual(['mnist', 'points']);
    await rm(directory, { recursive: true, force: true });
  });
});
