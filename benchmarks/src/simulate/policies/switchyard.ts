import { CostTable, decideBatch, expectedAnswerMs, hopelessUntilMs, type PendingRows } from '@switchyard/batching';
import type { Policy, PolicyDecision, PolicyKind, PolicySetting, PolicyView } from '../policy.js';

/** All rows are of one class and equally patient, so the oldest are the most urgent: the decision needs no more of them than this many batches. */
const BATCHES_SEEN = 2;

/** What Switchyard does: `decideBatch` of libs/batching, and its early refusal. @param maxQueueDelayMs how long an idle engine may wait */
export function switchyard(maxQueueDelayMs: number): PolicyKind {
  return { name: maxQueueDelayMs === 0 ? 'Switchyard' : `Switchyard, waiting ≤ ${maxQueueDelayMs} ms`, create: (setting) => new SwitchyardPolicy(setting, maxQueueDelayMs) };
}

class SwitchyardPolicy implements Policy {
  readonly #setting: PolicySetting;
  readonly #costs: CostTable;
  readonly #maxQueueDelayMs: number;

  constructor(setting: PolicySetting, maxQueueDelayMs: number) {
    this.#setting = setting;
    this.#costs = new CostTable(setting.costMs);
    this.#maxQueueDelayMs = maxQueueDelayMs;
  }

  accepts(waitingRows: number): boolean {
    const { maxBatchRows, engines, deadlineMs } = this.#setting;
    return waitingRows === 0 || expectedAnswerMs(waitingRows, { costs: this.#costs, maxConcurrentRuns: engines, maxBatchRows }) <= deadlineMs;
  }

  decide({ nowMs, waitingRows, arrivedAtMs, deadlineMs, rowsPerMs }: PolicyView): PolicyDecision {
    const { maxBatchRows } = this.#setting;
    const hopelessMs = hopelessUntilMs(waitingRows, { costs: this.#costs, maxBatchRows, nowMs });
    let dropRows = 0;
    while (dropRows < waitingRows && arrivedAtMs(dropRows) + deadlineMs <= hopelessMs) dropRows += 1;
    const seen = Math.min(waitingRows - dropRows, BATCHES_SEEN * maxBatchRows);
    if (seen === 0) return { dropRows };
    const pending = Array.from({ length: seen }, (_, index): PendingRows => {
      const enqueuedAtMs = arrivedAtMs(dropRows + index);
      return { rows: 1, shapeKey: '', priorityClass: 0, enqueuedAtMs, deadlineAtMs: enqueuedAtMs + deadlineMs };
    });
    const policy = { maxBatchRows, maxQueuedRows: Infinity, maxQueuedBytes: Infinity, maxQueueDelayMs: this.#maxQueueDelayMs };
    const decision = decideBatch({ pending, costs: this.#costs, policy, nowMs, rowsPerMs, isAhead: false, isDraining: false, isFirstClassAbout: false, yieldsUntilMs: -Infinity });
    return 'untilMs' in decision ? { untilMs: decision.untilMs, dropRows } : { rows: decision.rows, dropRows };
  }

  learn({ rows, durationMs }: { readonly rows: number; readonly durationMs: number }): void {
    this.#costs.observe(rows, durationMs);
  }
}
