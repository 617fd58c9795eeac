import { readProcessTable, withChildren } from './process-table.js';

/** As shells tell an end by SIGINT. */
const INTERRUPTED = 130;

/**
 * Whoever interrupts a benchmark wants it gone at once, with the servers it started: they lead process groups of their own, which the
 * terminal's Ctrl-C does not reach. Ends every child of this process, by its id, and then this process.
 */
export function endChildrenOnInterrupt(): void {
  const end = (): void => {
    const table = readProcessTable();
    for (const { pid } of withChildren(table.filter((row) => row.pid === process.pid), table)) {
      if (pid !== process.pid) kill(pid);
    }
    process.exit(INTERRUPTED);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
