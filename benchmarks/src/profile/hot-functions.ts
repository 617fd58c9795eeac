import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The part of the Chrome DevTools Protocol's `Profiler.Profile` that is read here. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Node that was running at each sample. */
  readonly samples: readonly number[];
  /** µs from each sample to the one before, the first from the start. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

export interface HotFunction {
  /** `parseNumberLists libs/protocol-tf-serving/dist/parse-number-lists.js:41` */
  readonly name: string;
  /** Time in the function itself, not in what it called. */
  readonly selfMs: number;
  /** Of the time the thread was busy. */
  readonly share: number;
}

export interface ThreadProfile {
  /** Share of the time in which the thread did anything. */
  readonly busy: number;
  /** Most time first. */
  readonly functions: readonly HotFunction[];
}

/** What is not the service's work: waiting, and the call by which the profiler itself is started. */
const NOT_WORK = ['(idle)', 'dispatch'];

/**
 * Time per function, most first.
 *
 * @param root paths are shortened to it
 */
export function hotFunctions(profile: CpuProfile, root: string): ThreadProfile {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const selfUs = new Map<string, number>();
  profile.samples.forEach((id, index) => {
    const node = nodes.get(id);
    if (node === undefined) return;
    const name = nameOf(node, root);
    selfUs.set(name, (selfUs.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0));
  });
  const totalUs = sum(selfUs.values());
  for (const name of NOT_WORK) selfUs.delete(name);
  const busyUs = sum(selfUs.values());
  const functions = [...selfUs].sort(([, a], [, b]) => b - a).map(([name, time]) => ({ name, selfMs: time / 1_000, share: time / busyUs }));
  return { busy: busyUs / (totalUs || 1), functions };
}

function sum(times: Iterable<number>): number {
  return [...times].reduce((total, time) => total + time, 0);
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode, root: string): string {
  const name = functionName || '(anonymous)';
  if (url === '') return name;
  const file = url.startsWith('file:') ? relative(root, fileURLToPath(url)) : url.startsWith('/') ? relative(root, url) : url;
  return `${name} ${file}:${lineNumber + 1}`;
}
