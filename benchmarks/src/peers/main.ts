import { ServingError } from '@switchyard/errors';
import { loadBenchConfig, type BenchConfig } from '../bench.config.js';
import { endChildrenOnInterrupt } from '../processes/end-children-on-interrupt.js';
import { publishReport } from '../report/publish-report.js';
import { renderPeers } from './render-peers.js';
import { runPeers } from './run-peers.js';

const USAGE = `npm run bench:peers [-- --check]

  Measures Switchyard and the Python servers that were set up in BENCH_PEERS_DIRECTORY, one after the other, and writes
  benchmarks/results/<date>-<name>.{json,md}. Without that variable Switchyard alone.
  --check     ends with exit code 1 when a mark is missed

The environment shortens it: BENCH_WORKS, BENCH_PEERS, BENCH_SECONDS, BENCH_WARMUP_SECONDS, BENCH_PASSES, BENCH_CONNECTIONS, BENCH_JOBS;
benchmarks/src/bench.config.ts has them all.
`;

/** Shorter than those of `npm run bench`: there are some eighty loads. */
const DEFAULTS = { BENCH_NAME: 'peers', BENCH_SECONDS: '6', BENCH_WARMUP_SECONDS: '2' };

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const [option, ...others] = process.argv.slice(2);

endChildrenOnInterrupt();

try {
  if (others.length > 0 || ![undefined, '--check'].includes(option)) {
    process.stdout.write(USAGE);
    process.exitCode = option === '--help' ? 0 : 2;
  } else {
    const isEveryMarkMet = await measure(loadBenchConfig({ defaults: DEFAULTS }));
    if (option === '--check' && !isEveryMarkMet) process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof ServingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function measure(config: BenchConfig): Promise<boolean> {
  const report = await runPeers(config, say);
  await publishReport(report, renderPeers(report), { root: config.root, say });
  return report.marks.every(({ isMet }) => isMet);
}
