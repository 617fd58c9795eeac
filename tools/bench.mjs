#!/usr/bin/env node
// @ts-check
/** `npm run bench`: sets up what is missing and measures Switchyard (benchmarks/). */
import { runBenchmark } from './setup/run-benchmark.mjs';

await runBenchmark('main.js');
