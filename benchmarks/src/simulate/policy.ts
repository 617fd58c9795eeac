/** What a policy sees when an engine is free and rows wait. */
export interface PolicyView {
  readonly nowMs: number;
  readonly waitingRows: number;
  /** When the `index`-th of the waiting rows arrived, oldest first. */
  readonly arrivedAtMs: (index: number) => number;
  readonly deadlineMs: number;
  /** Rows per millisecond lately. */
  readonly rowsPerMs: number;
}

/** Run the oldest `rows`, or ask again at `untilMs`, after dropping the oldest `dropRows`. */
export interface PolicyDecision {
  readonly rows?: number;
  readonly untilMs?: number;
  readonly dropRows?: number;
}

/** A way of forming batches, with what it has learnt. One per simulation. */
export interface Policy {
  /** Whether a row is taken at all, given how many wait. */
  accepts(waitingRows: number): boolean;
  decide(view: PolicyView): PolicyDecision;
  /** A batch has run, `oldestWaitMs` after its oldest row had come. */
  learn(batch: { readonly rows: number; readonly durationMs: number; readonly oldestWaitMs: number }): void;
}

export interface PolicySetting {
  readonly costMs: ReadonlyMap<number, number>;
  readonly deadlineMs: number;
  readonly maxBatchRows: number;
  readonly engines: number;
}

export interface PolicyKind {
  readonly name: string;
  create(setting: PolicySetting): Policy;
}
