#!/usr/bin/env node
// @ts-check
/** `npm run bench:peers`: sets up what is missing and measures Switchyard beside other servers (benchmarks/src/peers/). */
import { runBenchmark } from './setup/run-benchmark.mjs';

await runBenchmark('peers/main.js');
