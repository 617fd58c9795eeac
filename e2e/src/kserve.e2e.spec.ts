import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith, testPython } from '@switchyard/test-kit';
import { postJson } from './stack/http.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

interface Report {
  readonly rest: object;
  readonly grpc: object;
  readonly rows: number[][];
  /** By the way they were asked for. */
  readonly answers: Readonly<Record<string, number[]>>;
}

const CLIENT = fileURLToPath(new URL('../clients/kserve_client.py', import.meta.url));

describeWith(testPython(), 'KServe’s own Python client', (python) => {
  let stack: TrainedStack;
  let report: Report;

  beforeAll(async () => {
    stack = await startTrainedStack();
    report = JSON.parse(await python.run(CLIENT, [new URL(stack.httpUrl).host, stack.grpcTarget], { timeoutMs: 120_000 })) as Report;
  }, 400_000);
  afterAll(() => stack?.close(), 60_000);

  it('finds the server and its models, over REST and gRPC', () => {
    expect(report.rest).toEqual({ live: true, ready: true, model_ready: true, unknown_ready: false });
    expect(report.grpc).toEqual({ live: true, ready: true, model_ready: true });
  });

  it('gets what a plain request gets, to the last bit, in every form', async () => {
    const { status, body } = await postJson<{ predictions: number[][] }>(`${stack.httpUrl}/v1/models/simple_classifier:predict`, { instances: report.rows });
    expect(status).toBe(200);
    const expected = Float32Array.from(body.predictions.flat());
    expect(Object.keys(report.answers)).toEqual(['JSON', 'binary', 'typed fields', 'raw contents', 'v1']);
    for (const [form, values] of Object.entries(report.answers)) expect([form, Float32Array.from(values)]).toEqual([form, expected]);
  });
});
