import type { EngineName } from '@switchyard/engine';
import { ServingError } from '@switchyard/errors';
import type { EngineChoiceRecord, ModelFormat } from '@switchyard/model-registry';
import type { TrialFigures } from './import-ports.js';

/** What came of trying a form of the model on an engine. */
export type TrialOutcome = { readonly engine: EngineName; readonly format: ModelFormat } & ({ readonly figures: TrialFigures } | { readonly error: ServingError });

/** The engine to serve with, the format it runs, and why. */
export interface MeasuredChoice {
  readonly choice: EngineChoiceRecord;
  readonly format: ModelFormat;
}

/** On a busy machine a measurement errs by about as much. Chosen. */
const CLEARLY_FASTER = 1.5;

/**
 * The engine that took the least time for a row, at the batch size that suits it best. The onnx engine, which runs in a thread of the
 * worker, gives way only to one that is clearly faster: the others cost a process, or memory, of their own.
 * @throws ServingError when none could run the model: what the model is blamed for, before what the machine lacks
 */
export function chooseEngine(outcomes: readonly TrialOutcome[]): MeasuredChoice {
  const [fastest, ...slower] = outcomes.filter(hasRun).sort((a, b) => byNumber(msPerRow(a.figures), msPerRow(b.figures)));
  if (fastest === undefined) throw reasonOf(outcomes);
  const chosen = slower.find((outcome) => outcome.engine === 'onnx' && msPerRow(outcome.figures) < CLEARLY_FASTER * msPerRow(fastest.figures)) ?? fastest;
  const others = outcomes.filter((outcome) => outcome !== chosen).map(describe);
  const reason = `${describe(chosen)}${others.length === 0 ? '; no other engine runs this format' : `; ${others.join('; ')}`}.`;
  return { format: chosen.format, choice: { engine: chosen.engine, reason } };
}

/** `Onnx takes 1.9 ms a row alone and 2.4 ms a row in a batch of 8.`, or why it could not, as a full sentence. */
export function describeOutcome(outcome: TrialOutcome): string {
  const text = describe(outcome);
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function describe(outcome: TrialOutcome): string {
  if (!hasRun(outcome)) return `${outcome.engine} could not run it (${outcome.error.message.replace(/\.$/, '')})`;
  if (outcome.figures.costs.length === 0) return `${outcome.engine} loads it (nothing was measured: the model leaves open which sizes it takes)`;
  const costs = outcome.figures.costs.map(({ rows, ms }) => `${shownMs(ms / rows)} ms a row ${rows === 1 ? 'alone' : `in a batch of ${rows}`}`);
  return `${outcome.engine} takes ${costs.join(' and ')}`;
}

function hasRun(outcome: TrialOutcome): outcome is TrialOutcome & { readonly figures: TrialFigures } {
  return 'figures' in outcome;
}

/** Infinite where nothing was measured: such an engine is chosen only among its like, in the order they were tried. */
function msPerRow({ costs }: TrialFigures): number {
  return Math.min(...costs.map(({ rows, ms }) => ms / rows));
}

function byNumber(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function shownMs(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(2);
}

function reasonOf(outcomes: readonly TrialOutcome[]): ServingError {
  const errors = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
  const blamed = errors.find(({ kind }) => kind !== 'engine-unavailable') ?? errors[0];
  return blamed ?? new ServingError('engine-unavailable', 'No engine here runs the format of this model.');
}
