import { readFileSync } from 'node:fs';

/** Linux counts CPU time in these ticks for user space, whatever its own timer does (USER_HZ, proc(5)). */
const TICKS_PER_SECOND = 100;

/** Text of a file below /proc, or null: the process has ended, or this is no Linux. */
function readProc(path: string): string | null {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return null;
  }
}

/** CPU time a process and its threads have used so far, in milliseconds, in steps of 10; null where it cannot be told. */
export function readCpuMs(pid: number): number | null {
  return parseCpuMs(readProc(`${pid}/stat`));
}

/** CPU time all processors have been busy since the start of the machine, in milliseconds; null where it cannot be told. */
export function readMachineBusyMs(): number | null {
  return parseMachineBusyMs(readProc('stat'));
}

/** Memory of one process, in bytes. */
export interface ProcessMemory {
  /** What is in memory now, shared pages counted in full. */
  readonly rss: number;
  /** The same with each shared page divided among those who share it; adds up over processes. Null where the kernel does not tell. */
  readonly pss: number | null;
}

/** @returns null where it cannot be told */
export function readMemory(pid: number): ProcessMemory | null {
  const rss = parseKilobytes(readProc(`${pid}/status`), 'VmRSS');
  return rss === null ? null : { rss, pss: parseKilobytes(readProc(`${pid}/smaps_rollup`), 'Pss') };
}

/** Fields 14 and 15 of /proc/<pid>/stat, user and system time; field 2, in brackets, may hold spaces and brackets. */
export function parseCpuMs(stat: string | null): number | null {
  const fields = stat?.replace(/^.*\) /s, '').split(' ') ?? [];
  return ticksToMs(Number(fields[11]) + Number(fields[12]));
}

/** First line of /proc/stat: user nice system idle iowait irq softirq steal. */
export function parseMachineBusyMs(stat: string | null): number | null {
  const [, user, nice, system, , , irq, softirq, steal] = stat?.split('\n')[0]?.split(/\s+/).map(Number) ?? [];
  return ticksToMs([user, nice, system, irq, softirq, steal].reduce<number>((sum, ticks) => sum + (ticks ?? NaN), 0));
}

/** `Name:   123 kB` */
export function parseKilobytes(text: string | null, name: string): number | null {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text ?? '');
  return found === null ? null : Number(found[1]) * 1_024;
}

function ticksToMs(ticks: number): number | null {
  return Number.isNaN(ticks) ? null : (ticks * 1_000) / TICKS_PER_SECOND;
}
