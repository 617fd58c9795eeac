import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Where IPv6 addresses of the public Internet lie. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');
/** Azure answers virtual machines here, with credentials, at an address that looks public. */
const PUBLIC_METADATA = '168.63.129.16';

/**
 * Whether an address belongs to the public Internet: not private, loopback, link-local (where clouds keep their metadata), carrier-grade NAT,
 * multicast, reserved, nor any form of IPv6 that carries an IPv4 address in it (mapped ones are looked at as IPv4; 6to4, Teredo and NAT64 are refused).
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv6' ? parsed.match(GLOBAL_UNICAST) : parsed.toString() !== PUBLIC_METADATA;
}
