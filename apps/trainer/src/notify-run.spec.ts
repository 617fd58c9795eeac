import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@switchyard/service-runtime';
import { pipelineSchema, type Notification, type RunRecord } from '@switchyard/training';
import { notifyRun } from './notify-run.js';

const logger = createLogger('test', 'silent');
const signal = new AbortController().signal;

describe('notifyRun', () => {
  let server: Server;
  let answers: number[];
  let received: unknown[];

  beforeEach(async () => {
    answers = [];
    received = [];
    server = createServer((request, response) => {
      void readBody(request).then((body) => {
        received.push(body);
        response.writeHead(answers.shift() ?? 204, { location: '/elsewhere' }).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => void server.close());

  it('posts how the run ended, with the figures', async () => {
    await notifyRun(recordFor(webhook()), { logger, signal });
    expect(received).toEqual([expect.objectContaining({ id: 'digits-1', pipeline: 'digits', status: 'rejected', version: null, accuracy: 0.9, reason: 'The gate is not passed.' })]);
  });

  it('tries again after an error, and stops at the first success', async () => {
    answers = [500, 503];
    await notifyRun(recordFor(webhook()), { logger, signal, backOffMs: [1, 1, 1] });
    expect(received).toHaveLength(3);
  });

  it('gives up after the last attempt without an error of its own', async () => {
    answers = [500, 500, 500, 500];
    await notifyRun(recordFor(webhook()), { logger, signal, backOffMs: [1, 1] });
    expect(received).toHaveLength(3);
  });

  it('follows no redirect', async () => {
    answers = [302];
    await notifyRun(recordFor(webhook()), { logger, signal, backOffMs: [] });
    expect(received).toHaveLength(1);
  });

  it('goes on to the next when one cannot be reached', async () => {
    await notifyRun(recordFor({ kind: 'webhook', url: 'http://127.0.0.1:1/' }, { kind: 'log' }, webhook()), { logger, signal, backOffMs: [] });
    expect(received).toHaveLength(1);
  });

  function webhook(): Notification {
    return { kind: 'webhook', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
  }
});

function recordFor(...notifications: Notification[]): RunRecord {
  const pipeline = pipelineSchema.parse({ name: 'digits', model: 'digits', dataset: 'mnist', trainer: 'mnist-cnn', epochs: 1, batchSize: 1, learningRate: 1, notifications });
  return {
    id: 'digits-1', pipeline, trigger: 'request', requestedBy: 'ada', status: 'rejected', step: 'gate', model: 'digits', version: null, startedAt: '2026-01-05T02:00:00.000Z',
    endedAt: '2026-01-05T02:01:00.000Z', reason: 'The gate is not passed.', curve: [], evaluation: { rows: 10, accuracy: 0.9, precision: 0.9, recall: 0.9, f1: 0.9, confusion: [] },
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  return JSON.parse(Buffer.concat((await request.toArray()) as Buffer[]).toString());
}
