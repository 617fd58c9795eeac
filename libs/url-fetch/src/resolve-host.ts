import { Resolver } from 'node:dns/promises';

/** Every address of a host, as strings; rejects when there is none. */
export type ResolveHost = (name: string) => Promise<readonly string[]>;

const TIMEOUT_MS = 2_000;
const TRIES = 2;

/**
 * Asks the name servers themselves. `dns.lookup`, which Node connects by, would do it in one of libuv's four threads, where pictures are
 * decoded and files read: names that resolve slowly would hold all of them up.
 */
export function createHostResolver(): ResolveHost {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  return async (name) => {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length > 0) return addresses;
    throw answers.find((answer) => answer.status === 'rejected')?.reason ?? new Error(`"${name}" has no address.`);
  };
}
