import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startStack, type ServiceEvent, type Stack, type StackOptions } from '@switchyard/local-stack';

const KEPT_LINES = 2_000;
/** The repository: this file is libs/test-kit/{src,dist}/test-stack. */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface TestStack extends Stack {
  /** Holds redis/ and objects/; removed by `close`. */
  readonly directory: string;
  /** The last 2,000 lines the processes printed. */
  readonly lines: readonly { readonly source: string; readonly line: string }[];
  /** What the supervisor did: services that died, and came back. */
  readonly events: readonly ServiceEvent[];
  /** Stops everything and removes the folder. Idempotent. */
  close(): Promise<void>;
}

export type TestStackOptions = Omit<StackOptions, 'root' | 'directory' | 'ports'> & { readonly root?: string };

/**
 * The four services as built (`npm run build` first), each a process, with a Redis of their own, on free ports, in a temporary folder.
 *
 * @throws ServingError when a service does not become ready; its last lines are in the message, and nothing is left running
 */
export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-test-stack-'));
  const lines: { source: string; line: string }[] = [];
  const events: ServiceEvent[] = [];
  const stack = await startStack({
    root: ROOT,
    ...options,
    directory,
    onLine: (source, line) => {
      lines.push({ source, line });
      if (lines.length > KEPT_LINES) lines.shift();
      options.onLine?.(source, line);
    },
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  }).catch(async (error: unknown) => {
    await rm(directory, { recursive: true, force: true });
    throw error;
  });
  let closing: Promise<void> | undefined;
  const closeOnce = async (): Promise<void> => {
    await stack.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { ...stack, directory, lines, events, close: () => (closing ??= closeOnce()) };
}
