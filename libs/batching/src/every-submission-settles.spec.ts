import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '@switchyard/clock';
import { ServingError } from '@switchyard/errors';
import { numericData, tensor, type TensorMap } from '@switchyard/tensor';
import { Batcher } from './batcher.js';
import type { BatchPolicy } from './batch-policy.js';
import { CostTable } from './cost-table.js';
import type { BatchedOutputs } from './submission.js';

type EngineEnd = 'answers' | 'fails' | 'ends';
interface Rows {
  readonly rows: number;
  readonly textBytes: number;
  readonly priorityClass: number;
  readonly hasMs: number;
}
type Step =
  | { readonly does: 'submit'; readonly submitted: Rows }
  | { readonly does: 'advance'; readonly byMs: number }
  | { readonly does: 'finish'; readonly end: EngineEnd }
  | { readonly does: 'setPolicy'; readonly policy: BatchPolicy }
  | { readonly does: 'close' };

/** Until all is done that waits for neither the clock nor the engine. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const numbersOf = (tensors: TensorMap, name: string): number[] => [...(numericData(tensors.get(name)!) as Float32Array)];

/** Rows with these numbers, and texts that come to `textBytes` between them: mostly no whole number of bytes a row. */
function inputsOf(numbers: readonly number[], textBytes: number): TensorMap {
  const texts = numbers.map((_, row) => new Uint8Array(row === 0 ? textBytes : 0));
  return new Map([['x', tensor('float32', [numbers.length, 1], Float32Array.from(numbers))], ['text', tensor('string', [numbers.length, 1], texts)]]);
}

/** A batcher whose engine ends each run when, and as, the test says; and what became of what was submitted. */
class ObservedBatcher {
  readonly clock = new ManualClock();
  readonly batcher: Batcher;
  readonly tooLarge: number[][] = [];
  readonly wrong: unknown[] = [];
  unsettled = 0;
  #policy: BatchPolicy;
  #next = 1;
  #isOpen = false;
  readonly #running: ((end: EngineEnd) => void)[] = [];
  /** Rows of the last batch that a row ran in. */
  readonly #ranWith = new Map<number, number>();

  constructor(policy: BatchPolicy, maxConcurrentRuns: number) {
    this.#policy = policy;
    // Three rows run cheaper as four; and a run costs so much, whatever its size, that waiting for more rows may pay.
    const costs = new CostTable(new Map([[1, 100], [3, 140], [4, 105], [8, 110]]));
    this.batcher = new Batcher({ run: (inputs) => this.#run(inputs), maxConcurrentRuns, policy, costs, clock: this.clock });
  }

  take(step: Step): void {
    if (step.does === 'submit') this.#submit(step.submitted);
    if (step.does === 'advance') this.clock.advance(step.byMs);
    if (step.does === 'finish') this.#running.shift()?.(step.end);
    if (step.does === 'setPolicy') this.batcher.policy = this.#policy = step.policy;
    if (step.does === 'close') this.#watch(this.batcher.close(), () => true);
  }

  /** From now on the engine answers at once. */
  openUp(): void {
    this.#isOpen = true;
    for (const end of this.#running.splice(0)) end('answers');
  }

  #submit({ rows, textBytes, priorityClass, hasMs }: Rows): void {
    const numbers = Array.from({ length: rows }, () => this.#next++);
    const answered = this.batcher.submit(inputsOf(numbers, textBytes), { rows, priorityClass, deadlineAtMs: this.clock.nowMs() + hasMs });
    this.#watch(answered, (answer) => isAnswerOf(numbers, answer));
  }

  #watch<Answer>(promise: Promise<Answer>, isRight: (answer: Answer) => boolean): void {
    this.unsettled += 1;
    promise
      .then((answer) => isRight(answer) || this.wrong.push(answer))
      .catch((error: unknown) => isRefusal(error) || this.wrong.push(error))
      .finally(() => (this.unsettled -= 1));
  }

  async #run(inputs: TensorMap): Promise<TensorMap> {
    const numbers = numbersOf(inputs, 'x');
    this.#checkSize(numbers);
    const end = this.#isOpen ? 'answers' : await new Promise<EngineEnd>((resolve) => this.#running.push(resolve));
    if (end !== 'answers') throw new ServingError('engine-failed', 'It failed.', { endedEngine: end === 'ends' });
    return new Map([['y', tensor('float32', [numbers.length, 1], Float32Array.from(numbers, (number) => -number))]]);
  }

  /** A batch obeys the policy that holds when it leaves; a piece of one that failed is smaller than that one was. */
  #checkSize(numbers: number[]): void {
    const ranWith = this.#ranWith.get(numbers[0]!);
    const mostRows = ranWith === undefined ? this.#policy.maxBatchRows : ranWith - 1;
    if (numbers.length > mostRows) this.tooLarge.push(numbers);
    for (const number of numbers) this.#ranWith.set(number, numbers.length);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ServingError && ['overloaded', 'model-not-ready'].includes(error.kind);
}

/** Each row is answered by its own number, or named as failed. */
function isAnswerOf(numbers: readonly number[], { outputs, failures }: BatchedOutputs): boolean {
  const isFailed = (row: number): boolean => failures.some(({ from, to }) => from <= row && row < to);
  const answers = outputs.size === 0 ? [] : numbersOf(outputs, 'y');
  return numbers.every((number, row) => isFailed(row) || answers[row] === -number);
}

const policies = fc.record({
  maxBatchRows: fc.integer({ min: 1, max: 9 }), maxQueuedRows: fc.integer({ min: 1, max: 20 }), maxQueuedBytes: fc.integer({ min: 1, max: 100 }), maxQueueDelayMs: fc.constantFrom(0, 100),
});
const submissions = fc.record({ rows: fc.integer({ min: 1, max: 12 }), textBytes: fc.nat(13), priorityClass: fc.nat(1), hasMs: fc.integer({ min: 1, max: 600 }) });
const steps = fc.oneof(
  { weight: 8, arbitrary: fc.record({ does: fc.constant('submit' as const), submitted: submissions }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('advance' as const), byMs: fc.integer({ min: 1, max: 150 }) }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('finish' as const), end: fc.constantFrom<EngineEnd[]>('answers', 'answers', 'fails', 'ends') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('setPolicy' as const), policy: policies }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('close' as const) }) },
);

async function finishAll(observed: ObservedBatcher): Promise<void> {
  observed.openUp();
  for (let turns = 0; turns < 50 && observed.unsettled > 0; turns++) {
    await turn();
    observed.clock.advance(100);
  }
}

describe('Batcher, whatever happens in whatever order', () => {
  it('settles every submission, runs no batch above its size, and keeps no rows or bytes', async () => {
    await fc.assert(
      fc.asyncProperty(policies, fc.integer({ min: 1, max: 2 }), fc.array(steps, { minLength: 1, maxLength: 40 }), async (policy, maxConcurrentRuns, taken) => {
        const observed = new ObservedBatcher(policy, maxConcurrentRuns);
        for (const step of taken) {
          observed.take(step);
          await turn();
        }
        await finishAll(observed);
        const { running, queuedRows, queuedBytes } = observed.batcher.explain();
        expect({ unsettled: observed.unsettled, wrong: observed.wrong, tooLarge: observed.tooLarge }).toEqual({ unsettled: 0, wrong: [], tooLarge: [] });
        expect({ running, queuedRows, queuedBytes }).toEqual({ running: 0, queuedRows: 0, queuedBytes: 0 });
      }),
      { numRuns: 400 },
    );
  });
});
