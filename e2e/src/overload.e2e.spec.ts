import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postJson, type Answer } from './stack/http.js';
import { publishSlow } from './stack/slow-model.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

/** Far more than the model can answer in the time they give it. */
const CALLS = 400;
const TIMEOUT_MS = 500;
const PATIENT_MS = 20_000;

let stack: TrainedStack;

beforeAll(async () => {
  stack = await startTrainedStack();
  await publishSlow(stack);
}, 400_000);

afterAll(async () => {
  await stack?.close();
}, 60_000);

/** One row of the slow model, in Open Inference's words. */
function ask(timeoutMs: number): Promise<Answer<{ readonly error?: string }>> {
  const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [1] }];
  return postJson(`${stack.httpUrl}/v2/models/slow/infer`, { inputs, parameters: { timeout: timeoutMs * 1_000 } });
}

describe('more requests than can be answered in time', () => {
  it('are refused as soon as no worker could make it, with the time to come back; those before them are answered', async () => {
    expect((await ask(PATIENT_MS)).status).toBe(200);
    const answers = await Promise.all(Array.from({ length: CALLS }, () => ask(TIMEOUT_MS)));
    const answered = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ headers }) => headers.has('retry-after'));
    const late = answers.filter(({ body }) => /deadline/.test(body.error ?? ''));
    process.stderr.write(`overload: ${answered.length} answered, ${refused.length} refused, ${late.length} too late, of ${CALLS}\n`);
    expect(answered.length + refused.length + late.length).toBe(CALLS);
    expect(refused.length).toBeGreaterThan(CALLS / 10);
    for (const { status, headers } of refused) expect([status, headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^[1-9]\d*$/)]);
    expect(refused.map(({ body }) => body.error)).toContainEqual(
      expect.stringMatching(/^\d+ rows wait for model "slow"; with this request they take at least \d+ ms, longer than it has\.$/),
    );
    expect((await ask(PATIENT_MS)).status).toBe(200);
  }, 60_000);
});
