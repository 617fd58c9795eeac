import { join, relative } from 'node:path';
import { ServingError } from '@switchyard/errors';
import { launchStack, type Stack, type StackOptions } from '@switchyard/local-stack';
import { describeEvent } from './describe-event.js';
import { describeLogEntry } from './describe-log-entry.js';
import { FailedTrainings } from './failed-trainings.js';
import { aborted, Interruption } from './interruption.js';
import { parseLogEntry } from './log-entry.js';
import { notYetAvailable, pipelineModels, waitForModels } from './served-models.js';
import { ServiceLogs } from './service-logs.js';
import type { StartConfig } from './start.config.js';
import { welcome } from './welcome.js';

/** Prints a line to the user. */
type Say = (line: string) => void;

const FAILED = 1;
/** What a shell expects of a program ended by Ctrl-C, 128 + SIGINT, applies only to a forced end: an orderly one succeeded. */
const FORCED = 130;

/**
 * Runs everything on this machine until Ctrl-C, and ends all of it.
 *
 * @returns the exit code
 */
export async function runStart(config: StartConfig, say: Say): Promise<number> {
  const interruption = new Interruption();
  const logs = new ServiceLogs(join(config.home, 'logs'));
  try {
    const failed = new FailedTrainings();
    const stack = await launchStack(stackOptions({ config, logs, failed, say }));
    return await runUntilInterrupted({ stack, config, interruption, failed, say });
  } catch (error) {
    if (!(error instanceof ServingError)) throw error;
    say(error.message);
    return FAILED;
  } finally {
    logs.close();
    interruption.close();
  }
}

interface Run {
  readonly stack: Stack;
  readonly config: StartConfig;
  readonly interruption: Interruption;
  readonly failed: FailedTrainings;
  readonly say: Say;
}

async function runUntilInterrupted(run: Run): Promise<number> {
  const { stack, interruption, say } = run;
  let exitCode = 0;
  try {
    const interrupted = aborted(interruption.requested);
    await Promise.race([becomeReady(run), interrupted]);
    await interrupted;
  } catch (error) {
    say(error instanceof ServingError ? error.message : String(error));
    exitCode = FAILED;
  }
  say('Stopping: requests in hand are finished first; Ctrl-C again stops at once …');
  const isForced = await Promise.race([stack.stop().then(() => false), aborted(interruption.forced).then(() => true)]);
  if (isForced) await stack.abort();
  say('Everything that was started here is stopped.');
  return isForced ? FORCED : exitCode;
}

/** @throws ServingError when a service does not become ready */
async function becomeReady({ stack, config, interruption, failed, say }: Run): Promise<void> {
  await stack.ready();
  const models = await pipelineModels(join(config.root, 'pipelines'));
  const untrained = await notYetAvailable(stack.httpUrl, models);
  if (untrained.length > 0) say(`Waiting for ${untrained.join(' and ')}; a model without a version is trained now:`);
  const timeoutMs = config.FIRST_TRAINING_TIMEOUT_MINUTES * 60_000;
  const hasFailed = (model: string): boolean => failed.reasonFor(model) !== undefined;
  const missing = await waitForModels(stack.httpUrl, models, { timeoutMs, signal: interruption.requested, hasFailed });
  if (interruption.requested.aborted) return;
  for (const model of missing) say(`${model} is not served: ${failed.reasonFor(model) ?? `it did not become available within ${config.FIRST_TRAINING_TIMEOUT_MINUTES} minutes.`}`);
  const served = models.filter((model) => !missing.includes(model));
  say(welcome(stack, { models: served, logs: relative(process.cwd(), join(config.home, 'logs')), seconds: process.uptime() }));
}

interface Listeners {
  readonly config: StartConfig;
  readonly logs: ServiceLogs;
  readonly failed: FailedTrainings;
  readonly say: Say;
}

function stackOptions({ config, logs, failed, say }: Listeners): StackOptions {
  const { HTTP_PORT, TF_SERVING_PORT, GRPC_PORT, WORKER_OPS_PORT, TRAINER_OPS_PORT, REGISTRY_OPS_PORT, HOST, WORKERS, REDIS_URL, REDIS_BINARY, OBJECT_STORE_URL } = config;
  return {
    root: config.root,
    directory: config.home,
    host: HOST,
    workers: WORKERS,
    ports: { http: HTTP_PORT, tfServing: TF_SERVING_PORT, grpc: GRPC_PORT, trainer: TRAINER_OPS_PORT, registry: REGISTRY_OPS_PORT, workers: [WORKER_OPS_PORT] },
    ...(REDIS_URL === undefined ? {} : { redisUrl: REDIS_URL }),
    ...(REDIS_BINARY === undefined ? {} : { redisBinary: REDIS_BINARY }),
    ...(OBJECT_STORE_URL === undefined ? {} : { objectStoreUrl: OBJECT_STORE_URL }),
    onLine: (source, line) => {
      logs.write(source, line);
      const entry = parseLogEntry(line);
      if (entry !== null) failed.note(entry);
      const shown = entry === null ? null : describeLogEntry(source, entry);
      if (shown !== null) say(shown);
    },
    onEvent: (event) => say(describeEvent(event)),
  };
}
