import { TRACES } from './arrivals.js';
import { MEASURED_MODELS } from './cost-tables.js';
import { MAX_BATCH_ROWS, POLICIES, type Compared } from './compare-policies.js';
import { lineChart, type ChartPanel } from './line-chart.js';
import type { Outcome } from './simulate.js';

const SHOWN_LOADS = [0.3, 0.7, 0.9, 1.2];

export function goodputChart(compared: readonly Compared[]): string {
  return lineChart(panels(compared, ({ goodput }) => goodput * 100), {
    title: 'Rows answered before their deadline', xLabel: 'load, of the best the engines can do', yLabel: '%', yScale: 'linear', yRange: [0, 100], columns: MEASURED_MODELS.length,
  });
}

export function latencyChart(compared: readonly Compared[]): string {
  return lineChart(panels(compared, ({ p99Ms }) => p99Ms), {
    title: '99th percentile of the latency of answered rows', xLabel: 'load, of the best the engines can do', yLabel: 'ms', yScale: 'log', yRange: [0.1, 10_000], columns: MEASURED_MODELS.length,
  });
}

/** The page beside the pictures. */
export function renderComparison(compared: readonly Compared[], scaled: readonly Compared[]): string {
  const tables = SHOWN_LOADS.map((load) => `### Load ${load}, Poisson arrivals\n\n${table(compared.filter((one) => one.load === load && one.trace === 'poisson'))}`);
  return `# Batching policies, simulated

Written by \`npm run simulate\` (\`benchmarks/src/simulate\`): arrivals replayed in simulated time against engines whose runs cost what was measured
(\`cost-tables.ts\`), ± 15 %. Every policy sees the same arrivals and at most ${MAX_BATCH_ROWS} rows a batch; load 1 is what the engines can do at their best size.
A row that is answered after its deadline counts for nothing. Switchyard's own lines run the real \`decideBatch\` of \`libs/batching\`.

![Rows answered before their deadline](images/batching-goodput.svg)

![99th percentile of the latency](images/batching-p99.svg)

What to see:

- **Under load batches make themselves.** Policies that never wait are at or near the best latency at every load below the engines' limit: rows gather while the engines run.
  A fixed window adds itself to every answer while the load is low. That is why \`maxQueueDelayMs\` is 0 unless somebody sets it.
- **A bigger batch is not always faster.** On a model whose cost per row rises with the size (MobileNetV2 on onnxruntime), policies that fill batches lose a third
  of the engine; the cost table sends single rows.
- **Past the limit, refusing early is what keeps answers in time.** Without it every row waits for all before it, and all come too late.
- **More engines even out the bursts** for every policy, but only sizes that were measured use all of each.

Each cell: rows answered in time, 99th percentile, mean rows of a batch.

${tables.join('\n\n')}

### One to a thousand engines: MobileNetV2, load 0.9, bursty arrivals

${scaleTable(scaled)}
`;
}

function panels(compared: readonly Compared[], read: (outcome: Outcome) => number): ChartPanel[] {
  return TRACES.flatMap((trace) =>
    MEASURED_MODELS.map(({ name: model, deadlineMs }) => ({
      title: `${model}: ${trace}, ${deadlineMs} ms`,
      lines: POLICIES.map(({ name }) => ({
        name,
        points: compared.filter((one) => one.model === model && one.trace === trace && one.policy === name).map(({ load, outcome }) => [load, read(outcome)] as const),
      })),
    })),
  );
}

function table(compared: readonly Compared[]): string {
  return policyTable(compared, { columns: MEASURED_MODELS.map(({ name }) => name), columnOf: ({ model }) => model });
}

function scaleTable(scaled: readonly Compared[]): string {
  const columnOf = ({ engines }: Compared): string => `${engines} engine${engines === 1 ? '' : 's'}`;
  return policyTable(scaled, { columns: [...new Set(scaled.map(columnOf))], columnOf });
}

function policyTable(compared: readonly Compared[], { columns, columnOf }: { columns: readonly string[]; columnOf: (one: Compared) => string }): string {
  const header = `| policy | ${columns.join(' | ')} |\n|---|${columns.map(() => '---|').join('')}`;
  const rows = POLICIES.map(({ name }) => `| ${name} | ${columns.map((column) => cell(compared.find((one) => one.policy === name && columnOf(one) === column)?.outcome)).join(' | ')} |`);
  return [header, ...rows].join('\n');
}

function cell(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '–';
  return `${(outcome.goodput * 100).toFixed(1)} %, ${outcome.p99Ms.toPrecision(3)} ms, ${outcome.meanBatchRows.toFixed(1)}`;
}
