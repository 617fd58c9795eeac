import { readFileSync, readdirSync } from 'node:fs';

/** One process as the kernel lists it. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** Its process group: what `setsid` and `detached` give a leader of its own. */
  readonly group: number;
  /** When it started, in ticks since boot: ids are given out again, but not with the same start. */
  readonly startTicks: number;
}

/** Every process of this machine; nothing where there is no /proc. One that has ended and only waits to be noticed is left out. */
export function readProcessTable(): ProcessRow[] {
  return listPids().flatMap((pid) => parseProcessRow(pid, readStat(pid)) ?? []);
}

/** Fields of /proc/<pid>/stat (proc(5)): 3 is the state, 4 the parent, 5 the group, 22 the start; field 2, in brackets, may hold spaces and brackets. */
export function parseProcessRow(pid: number, stat: string | null): ProcessRow | null {
  const fields = stat?.replace(/^.*\) /s, '').split(' ') ?? [];
  const [state = 'X'] = fields;
  if (state === 'Z' || state === 'X') return null;
  return { pid, parent: Number(fields[1]), group: Number(fields[2]), startTicks: Number(fields[19]) };
}

/**
 * Everything that came of a process: its children and theirs, and those of its process group, which stay in it when their parent ends.
 *
 * @param known those that were found earlier; each counts, with its own children, while it is still the same process
 */
export function descendantsOf(root: number, table: readonly ProcessRow[], known: readonly ProcessRow[] = []): ProcessRow[] {
  const isKnown = (row: ProcessRow): boolean => known.some(({ pid, startTicks }) => pid === row.pid && startTicks === row.startTicks);
  return withChildren(table.filter((row) => row.pid === root || row.group === root || isKnown(row)), table);
}

/** These and their children, and theirs. */
export function withChildren(rows: readonly ProcessRow[], table: readonly ProcessRow[]): ProcessRow[] {
  const found = new Map<number, ProcessRow>();
  let latest = rows;
  while (latest.length > 0) {
    for (const row of latest) found.set(row.pid, row);
    latest = table.filter((row) => found.has(row.parent) && !found.has(row.pid));
  }
  return [...found.values()];
}

function listPids(): number[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  } catch {
    return [];
  }
}

function readStat(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
}
