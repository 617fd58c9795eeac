import { encodeError } from '@switchyard/errors';
import type { DatasetSource } from '@switchyard/training';
import type { DatasetModule, FitOrder, FitReport } from './fit-messages.js';
import { fitPipeline } from './fit-pipeline.js';

/** The program of the fitting process: takes one order from its parent, answers, and ends. Without a parent it has no reason to go on. */
process.once('disconnect', () => process.exit(1));
process.once('message', (order: FitOrder) => {
  carryOut(order).then(
    (report) => answer(report),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      answer({ kind: 'failed', error: encodeError(error) });
    },
  );
});

async function carryOut(order: FitOrder): Promise<FitReport> {
  const source = await openSource(order.datasets, order.pipeline.dataset);
  const model = await fitPipeline(order, source, (progress) => send({ kind: 'progress', progress }));
  return { kind: 'fitted', model };
}

async function openSource({ moduleUrl, exportName }: DatasetModule, name: string): Promise<DatasetSource> {
  const module = (await import(moduleUrl)) as Record<string, (name: string) => DatasetSource | Promise<DatasetSource>>;
  const open = module[exportName];
  if (open === undefined) throw new Error(`The dataset module has no export "${exportName}".`);
  return await open(name);
}

function send(report: FitReport): void {
  process.send?.(report);
}

/** The last message must have left before the process may end. */
function answer(report: FitReport): void {
  process.send?.(report, () => process.exit(0));
}
