import { join, relative } from 'node:path';
import { ServingError } from '@switchyard/errors';
import { loadBenchConfig } from './bench.config.js';
import { renderReport } from './report/render-report.js';
import { writeReport } from './report/write-report.js';
import { runBench } from './run-bench.js';

const USAGE = `npm run bench [-- --check]

  Measures Switchyard on this machine and writes benchmarks/results/<date>-<name>.{json,md}.
  --check   ends with exit code 1 when a mark is missed

The environment shortens it: BENCH_SECONDS, BENCH_WARMUP_SECONDS, BENCH_PASSES, BENCH_CONNECTIONS (benchmarks/src/bench.config.ts).
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const options = process.argv.slice(2);
if (options.some((option) => option !== '--check')) {
  process.stdout.write(USAGE);
  process.exit(options.includes('--help') ? 0 : 2);
}

try {
  const config = loadBenchConfig();
  const report = await runBench(config, say);
  const files = await writeReport(report, join(config.root, 'benchmarks', 'results'));
  say(`\n${renderReport(report)}`);
  say(`Written to ${files.map((file) => relative(process.cwd(), file)).join(' and ')}.`);
  if (options.includes('--check') && report.marks.some(({ isMet }) => !isMet)) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof ServingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
