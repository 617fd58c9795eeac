import { disturbances, megabytes, renderCeilings, renderMark } from '../report/render-report.js';
import { failureCount } from '../report/marks.js';
import type { LoadSummary, SystemSummary } from '../report/summarize.js';
import { textTable } from '../report/text-table.js';
import { SERVING_PARTS, cpuMicrosOf, pssOf } from './resources-of.js';
import { SWITCHYARD, isSwitchyard } from './names.js';
import { renderExtra } from './render-extra.js';
import type { PeersReport } from './peers-report.js';

/** What each work is, as a heading. */
const TITLES: readonly (readonly [work: string, title: string])[] = [
  ['rows', 'MNIST, one row per request, JSON'],
  ['messages', 'MNIST, one row per request, binary and gRPC'],
  ['pictures', 'MobileNetV2, one JPEG per request'],
  ['batches', 'MNIST, 1,000 rows per request'],
  ['tensors', 'A picture as 224×224×3 floats, on a model that costs little'],
  ['processes', 'MNIST, one row per request, JSON, with more processes'],
];

/** The comparison for people, as Markdown that reads well on a terminal too. */
export function renderPeers(report: PeersReport): string {
  const { name, date, command, settings, versions, machine, timings, summary, marks, figures, absent, omissions } = report;
  const set = Object.entries(settings).map(([variable, value]) => `${variable}=${value} `).join('');
  const warnings = [...omissions, ...absent.map(({ peer, reason }) => `${peer} was not measured: ${reason}.`)];
  return [
    `# ${name}, ${date.slice(0, 10)}`,
    '',
    `${figures.passes.length} passes in alternating order, ${timings.measureMs / 1_000} s per load after ${timings.warmUpMs / 1_000} s of warm-up; medians of the passes. ` +
      'One server runs at a time, with the same models; peers with `gc.freeze()`.',
    '',
    `- command: \`${set}${command}\``,
    `- machine: ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, ${machine.os}, Node ${machine.node}`,
    `- versions: ${Object.entries(versions).map(([part, version]) => `${part} ${version}`).join(', ')}`,
    ...warnings.map((sentence) => `- ${sentence}`),
    '',
    ...disturbances(summary.systems),
    ...(marks.length > 0 ? ['## Marks', '', ...marks.map(renderMark), ''] : []),
    ...TITLES.flatMap(([work, title]) => renderWork(work, title, summary.systems)),
    ...renderExtra(report.extra),
    ...renderStartUps(summary.systems),
    ...Object.entries(figures.ceilings).flatMap(([model, ceilings]) => renderCeilings(model, ceilings)),
  ].join('\n');
}

function renderWork(work: string, title: string, systems: readonly SystemSummary[]): string[] {
  const rows = systems
    .flatMap((system) => system.loads.filter((load) => load.work === work || isBaseOfProcesses(work, system, load)).map((load) => ({ system: system.name, load })))
    .sort((a, b) => a.load.connections - b.load.connections);
  if (!rows.some(({ load }) => load.work === work)) return [];
  const heading = ['server', 'connections', 'req/s', 'rows/s', 'p50 ms', 'p95 ms', 'p99 ms', 'failed', 'PSS MB', 'CPU ms/req (cores)', 'of the engine', 'CPU of others, cores'];
  return [`## ${title}`, '', textTable(heading, rows.map(({ system, load }) => loadRow(system, load, work))), '', ...failuresOf(rows)];
}

/** What the same load was with one process of each kind. */
function isBaseOfProcesses(work: string, { name, loads }: SystemSummary, { work: own, connections }: LoadSummary): boolean {
  return work === 'processes' && name === SWITCHYARD && own === 'rows' && connections >= 64 && loads.length > 0;
}

/** Without a single answer there are no latencies. */
function loadRow(system: string, load: LoadSummary, work: string): string[] {
  const isOneFormat = work === 'rows' || work === 'pictures' || work === 'processes';
  return [
    isOneFormat ? system : `${system}, ${load.format}`,
    String(load.connections),
    load.requestsPerSecond.toFixed(0),
    load.rowsPerSecond.toFixed(0),
    ...[load.p50Ms, load.p95Ms, load.p99Ms].map((ms) => (Number.isNaN(ms) ? '–' : ms.toFixed(2))),
    String(failureCount(load)),
    memoryCell(system, load),
    cpuCell(load),
    `${(load.ratioToCeiling * 100).toFixed(1)} %`,
    load.otherCores?.toFixed(2) ?? '–',
  ];
}

/** Of ours: what serves, and everything with trainer and registry. */
function memoryCell(system: string, load: LoadSummary): string {
  const all = megabytes(pssOf(load));
  return isSwitchyard(system) ? `${megabytes(pssOf(load, SERVING_PARTS))} (${all})` : all;
}

/** Of all processes, and how many cores that keeps busy: who has them all busy is held back by what a request costs, the others by waiting. */
function cpuCell(load: LoadSummary): string {
  const micros = cpuMicrosOf(load);
  return micros === null || Number.isNaN(micros) ? '–' : `${(micros / 1_000).toFixed(2)} (${((micros * load.requestsPerSecond) / 1_000_000).toFixed(2)})`;
}

/** What failed, by kind: a count alone does not tell a refusal from a crash. */
function failuresOf(rows: readonly { system: string; load: LoadSummary }[]): string[] {
  const lines = rows.flatMap(({ system, load }) => {
    const kinds = [...Object.entries(load.failures).map(([kind, count]) => `${count} × ${kind}`), ...(load.wrongAnswers > 0 ? [`${load.wrongAnswers} wrong answers of ${load.checkedAnswers}`] : [])];
    return kinds.length === 0 ? [] : [`- ${system}, ${load.connections} connections: ${kinds.join(', ')}`];
  });
  return lines.length === 0 ? [] : [...lines, ''];
}

function renderStartUps(systems: readonly SystemSummary[]): string[] {
  const rows = systems.map(({ name, startUpMs }) => [name, startUpMs === null ? 'never' : (startUpMs / 1_000).toFixed(1)]);
  return ['## From start to the first right answer', '', textTable(['server', 's'], rows), ''];
}
