import { ServingError } from '@switchyard/errors';

/** Where load may go. */
export interface LoopbackTarget {
  /** `127.0.0.1` or `::1`; never a name, which could come to mean another machine. */
  readonly address: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
}

const ADDRESSES: Readonly<Record<string, string>> = { localhost: '127.0.0.1', '[::1]': '::1' };

/**
 * Reads the address of a server to load. Load is for this machine alone: anything but plain HTTP on the loopback address is refused.
 *
 * @throws ServingError `invalid-input`
 */
export function loopbackTarget(url: string): LoopbackTarget {
  const { protocol, hostname, port, pathname, search } = parse(url);
  const address = ADDRESSES[hostname] ?? (/^127\.\d+\.\d+\.\d+$/.test(hostname) ? hostname : undefined);
  if (protocol !== 'http:' || address === undefined || port === '') {
    throw new ServingError('invalid-input', `Load is only sent to this machine: "${url}" should begin with http://127.0.0.1:<port>.`);
  }
  return { address, port: Number(port), path: `${pathname}${search}` };
}

function parse(url: string): URL {
  try {
    return new URL(url);
  } catch (cause) {
    throw new ServingError('invalid-input', `"${url}" is no URL; http://127.0.0.1:<port>/<path> is expected.`, { cause });
  }
}
