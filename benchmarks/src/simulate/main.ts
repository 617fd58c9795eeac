import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { comparePolicies } from './compare-policies.js';
import { MEASURED_MODELS } from './cost-tables.js';
import { goodputChart, latencyChart, renderComparison } from './render-comparison.js';

/** `npm run simulate`: compares batching policies in simulated time, and writes docs/batching-simulation.md with its pictures. */
const docs = fileURLToPath(new URL('../../../docs', import.meta.url));
/** As in a small deployment. */
const ENGINES = 2;
/** With the slow model, so that two seconds of arrivals at a thousand engines are a million rows and not a hundred million. */
const MANY_ENGINES = [1, 32, 1_000];
const SLOW_MODEL = MEASURED_MODELS.filter(({ name }) => name.startsWith('MobileNet'));
const ROWS_PER_ENGINE = 900;

const compared = comparePolicies({ engines: ENGINES });
const scaled = MANY_ENGINES.flatMap((engines) => comparePolicies({ engines, rows: engines * ROWS_PER_ENGINE, loads: [0.9], models: SLOW_MODEL, traces: ['bursty'] }));
const files = {
  'images/batching-goodput.svg': goodputChart(compared),
  'images/batching-p99.svg': latencyChart(compared),
  'batching-simulation.md': renderComparison(compared, scaled),
};
for (const [name, content] of Object.entries(files)) {
  const file = join(docs, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  process.stdout.write(`Written: ${relative(process.cwd(), file)}\n`);
}
