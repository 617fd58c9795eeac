import { ServingError, toServingError } from '@switchyard/errors';
import { concatRowsOfAll, rowCount, sliceRowsOfAll, type TensorMap } from '@switchyard/tensor';
import { countRows } from './pending-rows.js';
import type { RowRange } from './submission.js';

/** Runs a batch: `[rows, …]` in, `[rows, …]` out. The memory of inputs that are given may be taken away. */
export type EngineRun = (inputs: TensorMap, options: { readonly isGiven: boolean }) => Promise<TensorMap>;

/**
 * Runs the rows of `ranges` as one batch, padded with zeros to `runRows`, and settles each submission's share.
 * A batch that fails is bisected, so that a poisoned row fails alone: k poisoned rows of n cost about 2k·log2(n) more runs.
 * `runs.left` bounds that; when it is used up, the rest fails as it is.
 * Rows that end the engine's process cost a restart each time: after `MAX_ENGINE_ENDS` of them nothing is halved any more. What has not run
 * yet still runs, so a batch ends the engine five times at most, and rows that share their last piece with such a row fail with it.
 * @returns whether all rows ran at once, as they were handed in: only then does the time it took say what such a batch costs.
 */
export async function runBatch(ranges: readonly RowRange[], run: EngineRun, runRows = countRows(ranges)): Promise<boolean> {
  return runBisecting(ranges, runRows, { run, left: 4 * Math.ceil(Math.log2(countRows(ranges) + 1)) + 4, endsLeft: MAX_ENGINE_ENDS });
}

const MAX_ENGINE_ENDS = 3;

interface Runs {
  readonly run: EngineRun;
  /** How many more there may be. */
  left: number;
  /** How many more of them may end the engine before halving stops. */
  endsLeft: number;
}

async function runBisecting(ranges: readonly RowRange[], runRows: number, runs: Runs): Promise<boolean> {
  runs.left -= 1;
  try {
    settle(ranges, await runPadded(ranges, runRows, runs.run));
    return true;
  } catch (thrown) {
    const error = toServingError(thrown, 'engine-failed', 'The engine failed on this input.');
    if (error.endedEngine) runs.endsLeft -= 1;
    if (runRows === 1 || runs.left <= 1 || (error.endedEngine && runs.endsLeft <= 0)) {
      for (const range of ranges) range.submission.settle({ from: range.from, to: range.to, error });
      return false;
    }
    for (const half of piecesOf(ranges)) await runBisecting(half, countRows(half), runs);
    return false;
  }
}

async function runPadded(ranges: readonly RowRange[], runRows: number, run: EngineRun): Promise<TensorMap> {
  const outputs = await run(concatRowsOfAll(ranges.map((range) => range.inputs()), runRows), { isGiven: isNeverReadAgain(ranges, runRows) });
  // Rows are handed out by position: an engine that returns another number of them would give callers each other's answers.
  if (rowCount(outputs) !== runRows) throw new ServingError('engine-failed', `The engine answered ${rowCount(outputs)} rows for a batch of ${runRows}.`);
  const rows = countRows(ranges);
  return rows === runRows ? outputs : sliceRowsOfAll(outputs, 0, rows);
}

/** A batch that was joined from several submissions, or padded, has memory of its own. */
function isNeverReadAgain([first, ...others]: readonly RowRange[], runRows: number): boolean {
  if (first === undefined || others.length > 0 || runRows > first.rows) return true;
  return first.submission.isGiven;
}

function settle(ranges: readonly RowRange[], outputs: TensorMap): void {
  let offset = 0;
  for (const range of ranges) {
    const share = ranges.length === 1 ? outputs : sliceRowsOfAll(outputs, offset, offset + range.rows);
    range.submission.settle({ from: range.from, to: range.to, outputs: share });
    offset += range.rows;
  }
}

/** Halves; a single row that was padded is to run as it is: it may be the padding that the model cannot take. */
function piecesOf(ranges: readonly RowRange[]): (readonly RowRange[])[] {
  return countRows(ranges) === 1 ? [ranges] : halve(ranges);
}

function halve(ranges: readonly RowRange[]): [RowRange[], RowRange[]] {
  let left = Math.ceil(countRows(ranges) / 2);
  const front: RowRange[] = [];
  const back: RowRange[] = [];
  for (const range of ranges) {
    if (left >= range.rows) front.push(range);
    else if (left > 0) {
      const [head, tail] = range.split(left);
      front.push(head);
      back.push(tail);
    } else back.push(range);
    left = Math.max(0, left - range.rows);
  }
  return [front, back];
}
