import { writeFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into a service before its own code (`NODE_OPTIONS=--import <this file>?into=<file URL>`). The first SIGUSR2 starts V8's
 * sampling profiler on the main thread, the next one ends it and writes the profile. (`--cpu-prof` cannot be set in NODE_OPTIONS,
 * and would profile the start as well.)
 */
const SAMPLE_EVERY_US = 500;

if (isMainThread) {
  const into = fileURLToPath(new URL(import.meta.url).searchParams.get('into') ?? '');
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
  process.once('SIGUSR2', () => {
    session.post('Profiler.start');
    process.once('SIGUSR2', () => session.post('Profiler.stop', (error, result) => write(into, error, result)));
  });
}

function write(file: string, error: Error | null, result: Profiler.StopReturnType): void {
  if (error === null) writeFileSync(file, JSON.stringify(result.profile));
}
