#!/usr/bin/env node
import { loadStartConfig } from './start.config.js';
import { runStart } from './run-start.js';

const USAGE = `switchyard <command>

  start   run Redis, the four services and a folder as object store on this machine; Ctrl-C stops them

The environment changes ports, folders and engines: see .env.example.
`;

const [command = 'start'] = process.argv.slice(2);
if (command === 'start') {
  process.exitCode = await runStart(loadStartConfig(), (line) => process.stdout.write(`${line}\n`));
} else {
  const isQuestion = ['help', '--help', '-h'].includes(command);
  (isQuestion ? process.stdout : process.stderr).write(isQuestion ? USAGE : `Unknown command "${command}".\n\n${USAGE}`);
  process.exitCode = isQuestion ? 0 : 2;
}
