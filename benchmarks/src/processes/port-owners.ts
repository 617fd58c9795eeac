import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { ServingError } from '@switchyard/errors';

/** As /proc/net/tcp writes the state in which a socket takes connections. */
const LISTEN = '0A';

/**
 * Makes sure that whoever listens on a port belongs to these processes: a load on the server of somebody else is a figure about nothing.
 *
 * @throws ServingError `conflict` when nobody listens, or somebody else does
 */
export function assertPortOwnedBy(port: number, pids: readonly number[]): void {
  const inodes = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeningInodes(readText(file), port));
  const own = new Set(pids.flatMap(socketsOf));
  if (inodes.length > 0 && inodes.every((inode) => own.has(inode))) return;
  const who = inodes.length === 0 ? 'Nobody listens' : 'Another program listens';
  throw new ServingError('conflict', `${who} on port ${port}, where the server that was started here should.`);
}

/** Sockets that take connections on a port. @param table text of /proc/net/tcp: the second field is address:port in hexadecimal, the fourth the state, the tenth the inode */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    return local.endsWith(suffix) && state === LISTEN && inode !== undefined ? [inode] : [];
  });
}

/** Inodes of the sockets a process has open. */
function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((name) => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${name}`))?.[1] ?? []);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
