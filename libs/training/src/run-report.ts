import type { Compilation } from '@switchyard/model-registry';
import type { Evaluation } from './evaluation.js';
import type { GateDecision } from './gate.js';
import type { RunRecord } from './run-record.js';
import type { TrainedModel } from './trainer.js';

export interface ReportedRun {
  readonly run: RunRecord;
  readonly trained: TrainedModel;
  readonly gate: GateDecision;
  /** Null while the gate held or no compiler takes the format. */
  readonly compilation: Compilation | null;
}

/** `runs/<id>/report.md`: a run on one page, for people. */
export function renderReport({ run, trained, gate, compilation }: ReportedRun): string {
  const { pipeline } = run;
  return [
    `# Run ${run.id}`,
    `Pipeline \`${pipeline.name}\` for model \`${pipeline.model}\`, started ${run.startedAt} (${run.trigger}, asked for by ${run.requestedBy}).`,
    gate.reason,
    ...(compilation === null ? [] : [compilation.reason]),
    '## Configuration',
    `Dataset \`${pipeline.dataset}\` (sha256 \`${trained.datasetDigest}\`), network \`${pipeline.trainer}\`, ${pipeline.epochs} epochs, batch size ${pipeline.batchSize}, learning rate ${pipeline.learningRate}, seed ${pipeline.seed}.`,
    '## Held-out rows',
    renderScores(trained.evaluation),
    '## Confusion (row: actual class, column: predicted class)',
    renderConfusion(trained.evaluation.confusion),
    '## Epochs',
    renderTable(['epoch', 'loss', 'accuracy', 'validation loss', 'validation accuracy', 'seconds'], trained.curve.map((epoch) => [
      epoch.epoch, epoch.loss.toFixed(4), epoch.accuracy.toFixed(4), epoch.validationLoss?.toFixed(4) ?? '', epoch.validationAccuracy?.toFixed(4) ?? '', (epoch.durationMs / 1_000).toFixed(1),
    ])),
  ].join('\n\n') + '\n';
}

function renderScores({ rows, accuracy, precision, recall, f1 }: Evaluation): string {
  return renderTable(['rows', 'accuracy', 'precision', 'recall', 'F1'], [[rows, accuracy.toFixed(4), precision.toFixed(4), recall.toFixed(4), f1.toFixed(4)]]);
}

function renderConfusion(confusion: Evaluation['confusion']): string {
  return renderTable(['', ...confusion.keys()], confusion.map((counts, actual) => [actual, ...counts]));
}

function renderTable(head: readonly (string | number)[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
