import type { Ceiling } from '../ceiling/ceiling.js';
import { median } from '../figures/median.js';
import type { BenchReport } from './bench-report.js';
import { failureCount, type Mark } from './marks.js';
import type { LoadSummary, ProcessSummary, SystemSummary } from './summarize.js';
import { textTable } from './text-table.js';

const MEGABYTE = 2 ** 20;
/** Four processes that hand work to each other feel a neighbour at once; below this it is lost in the noise. */
const DISTURBING_CORES = 0.2;

/** The report for people, as Markdown that reads well on a terminal too. */
export function renderReport(report: BenchReport): string {
  const { name, date, command, versions, machine, workload, timings, summary, marks, figures } = report;
  return [
    `# ${name}, ${date.slice(0, 10)}`,
    '',
    `${workload}. ${figures.passes.length} passes of ${timings.measureMs / 1_000} s each after ${timings.warmUpMs / 1_000} s of warm-up; medians.`,
    '',
    `- command: \`${command}\``,
    `- machine: ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, ${machine.os}, Node ${machine.node}`,
    `- versions: ${Object.entries(versions).map(([part, version]) => `${part} ${version}`).join(', ')}`,
    '',
    ...disturbances(summary.systems),
    ...summary.systems.flatMap(renderSystem),
    ...Object.entries(figures.ceilings).flatMap(([model, ceilings]) => renderCeilings(model, ceilings)),
    ...(marks.length > 0 ? ['## Marks', '', ...marks.map(renderMark), ''] : []),
  ].join('\n');
}

export function disturbances(systems: readonly SystemSummary[]): string[] {
  const most = Math.max(0, ...systems.flatMap(({ loads }) => loads.map(({ otherCores }) => otherCores ?? 0)));
  if (most < DISTURBING_CORES) return [];
  return [`**Other programs took up to ${most.toFixed(1)} cores meanwhile: these figures are too low. Repeat the run on a quiet machine.**`, ''];
}

/** Rows: batch sizes. Columns: numbers of threads. */
export function renderCeilings(model: string, ceilings: readonly Ceiling[]): string[] {
  const runs = ceilings.flatMap((ceiling) => ceiling.runs);
  const threads = [...new Set(runs.map((run) => run.threads))];
  const cell = (rows: number, count: number): string =>
    median(runs.filter((run) => run.rows === rows && run.threads === count).map(({ rowsPerSecond }) => rowsPerSecond)).toFixed(0);
  return [
    `## The engine alone: ${model}`,
    '',
    `Rows per second with nothing else running, medians. The best of each round was ${ceilings.map(({ best }) => best.rowsPerSecond.toFixed(0)).join(', ')}; ` +
      'ratios are to the one before and the one after each pass.',
    '',
    textTable(
      ['rows in a batch', ...threads.map((count) => (count === 1 ? '1 thread' : `${count} threads`))],
      [...new Set(runs.map(({ rows }) => rows))].map((rows) => [String(rows), ...threads.map((count) => cell(rows, count))]),
    ),
    '',
  ];
}

function renderSystem({ name, startUpMs, loads }: SystemSummary): string[] {
  return [
    `## ${name}`,
    '',
    `Start to first answer: ${startUpMs === null ? 'never' : `${(startUpMs / 1_000).toFixed(1)} s`}.`,
    '',
    textTable(['format', 'connections', 'req/s', 'p50 ms', 'p95 ms', 'p99 ms', 'failed', 'of the engine', 'CPU of others, cores'], loads.map(loadRow)),
    '',
    'CPU per request in µs:',
    '',
    processTable(loads, ({ cpuMicrosPerRequest }) => cpuMicrosPerRequest?.toFixed(0)),
    '',
    'Peak memory in MB, proportional set size (PSS) and resident set size (RSS):',
    '',
    processTable(loads, ({ peakPss, peakRss }) => (peakRss === null ? undefined : `${megabytes(peakPss)} / ${megabytes(peakRss)}`)),
    '',
  ];
}

function loadRow(load: LoadSummary): string[] {
  const { format, connections, requestsPerSecond, p50Ms, p95Ms, p99Ms, ratioToCeiling, otherCores } = load;
  return [
    format,
    String(connections),
    requestsPerSecond.toFixed(0),
    ...[p50Ms, p95Ms, p99Ms].map((ms) => ms.toFixed(2)),
    String(failureCount(load)),
    `${(ratioToCeiling * 100).toFixed(1)} %`,
    otherCores?.toFixed(2) ?? '–',
  ];
}

/** One column per process. */
function processTable(loads: readonly LoadSummary[], figure: (process: ProcessSummary) => string | undefined): string {
  const names = loads[0]?.processes.map(({ name }) => name) ?? [];
  const rows = loads.map(({ format, connections, processes }) => [format, String(connections), ...processes.map((process) => figure(process) ?? '–')]);
  return textTable(['format', 'connections', ...names], rows);
}

export function megabytes(bytes: number | null): string {
  return bytes === null ? '–' : (bytes / MEGABYTE).toFixed(0);
}

export function renderMark({ promise, measured, isMet }: Mark): string {
  return `- ${isMet ? 'passed' : 'missed'}: ${promise}: ${measured}`;
}
