import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Range = ReturnType<typeof ipaddr.parseCIDR>;

const HOST_NAME = /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;

/** What an operator trusts: hosts by name, and addresses even where they are not public. */
export interface AllowList {
  readonly isEmpty: boolean;
  /** `images.example.com` as it stands in the list, or below a `*.example.com` of it. */
  hasHost(name: string): boolean;
  hasAddress(address: string): boolean;
}

/**
 * Reads `images.example.com, *.example.org, 10.1.0.0/16, 127.0.0.1, [::1]`: host names, which may begin with `*.`, addresses and ranges of addresses.
 * A name in the list does not make a private address behind it reachable; only the address, listed too, does.
 * @throws Error naming the entry that is none of these.
 */
export function parseAllowList(text: string): AllowList {
  const entries = text.split(',').map((entry) => entry.trim().toLowerCase()).filter((entry) => entry !== '');
  const ranges = entries.map(parseRange).filter((range) => range !== null);
  const names = entries.filter((entry) => parseRange(entry) === null);
  const wrong = names.find((name) => !HOST_NAME.test(name));
  if (wrong !== undefined) throw new Error(`"${wrong}" is no host name, address or range of addresses, as "images.example.com", "*.example.com" or "10.1.0.0/16".`);
  return {
    isEmpty: entries.length === 0,
    hasHost: (name) => names.some((listed) => (listed.startsWith('*.') ? name.endsWith(listed.slice(1)) : name === listed)),
    hasAddress: (address) => ranges.some((range) => isWithin(address, range)),
  };
}

function parseRange(entry: string): Range | null {
  const bare = entry.replace(/^\[(.*)\]$/, '$1');
  if (ipaddr.isValidCIDR(bare)) return ipaddr.parseCIDR(bare);
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return null;
  const address = ipaddr.parse(bare);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function isWithin(address: string, range: Range): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  return parsed.kind() === range[0].kind() && parsed.match(range);
}
