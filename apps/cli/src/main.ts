#!/usr/bin/env node
import { IMPORT_USAGE } from './import/import-arguments.js';
import { runImport } from './import/run-import.js';
import { loadStartConfig } from './start.config.js';
import { runStart } from './run-start.js';

const USAGE = `switchyard <command>

  start    run Redis, the four services and a folder as object store on this machine; Ctrl-C stops them
  import   bring a model of your own to a running Switchyard; "switchyard import --help" tells more

The environment changes ports, folders and engines: see .env.example.
`;

const QUESTIONS = ['help', '--help', '-h'];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const [command = 'start', ...rest] = process.argv.slice(2);
process.exitCode = await run(command);

async function run(name: string): Promise<number> {
  if (name === 'start') return runStart(loadStartConfig(), say);
  if (name === 'import') return QUESTIONS.some((question) => rest.includes(question)) ? answer(IMPORT_USAGE) : runImport(rest, say);
  if (QUESTIONS.includes(name)) return answer(USAGE);
  process.stderr.write(`Unknown command "${name}".\n\n${USAGE}`);
  return 2;
}

function answer(text: string): number {
  process.stdout.write(text);
  return 0;
}
