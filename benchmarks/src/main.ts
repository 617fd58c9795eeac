import { ServingError } from '@switchyard/errors';
import { loadBenchConfig, type BenchConfig } from './bench.config.js';
import { describeLoad } from './measure/describe-load.js';
import { describeRatio } from './regression/describe-ratio.js';
import { endChildrenOnInterrupt } from './processes/end-children-on-interrupt.js';
import { renderProfile } from './profile/render-profile.js';
import { publishReport } from './report/publish-report.js';
import { renderReport } from './report/render-report.js';
import { runBaseline, runBench, runProfile } from './run-bench.js';

const USAGE = `npm run bench [-- --check | --profile | --baseline]

  Measures Switchyard on this machine and writes benchmarks/results/<date>-<name>.{json,md}.
  --check     ends with exit code 1 when a mark is missed
  --profile   tells instead where the main threads of api and worker spend their time
  --baseline  measures what CI holds later changes against: benchmarks/results/baseline.json

The environment shortens it: BENCH_SECONDS, BENCH_WARMUP_SECONDS, BENCH_PASSES, BENCH_CONNECTIONS;
benchmarks/src/bench.config.ts has them all.
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const [option, ...others] = process.argv.slice(2);

endChildrenOnInterrupt();

try {
  if (others.length > 0 || ![undefined, '--check', '--profile', '--baseline'].includes(option)) {
    process.stdout.write(USAGE);
    process.exitCode = option === '--help' ? 0 : 2;
  } else if (option === '--profile') {
    const { load, services } = await runProfile(loadBenchConfig(), say);
    say(`${describeLoad(load)}\n`);
    for (const service of services) say(renderProfile(service));
  } else if (option === '--baseline') {
    say(describeRatio(await runBaseline(loadBenchConfig(), say)));
  } else {
    const isEveryMarkMet = await measure(loadBenchConfig());
    if (option === '--check' && !isEveryMarkMet) process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof ServingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function measure(config: BenchConfig): Promise<boolean> {
  const report = await runBench(config, say);
  await publishReport(report, renderReport(report), { root: config.root, say });
  return report.marks.every(({ isMet }) => isMet);
}
