import { isIP, type LookupFunction } from 'node:net';
import type { TargetPolicy } from './target-policy.js';

/** Takes the place of Node's own look-up when a socket connects: the addresses it hands over are the ones that were checked, and the only ones tried. */
export function checkedLookup(policy: Pick<TargetPolicy, 'addressesOf'>): LookupFunction {
  return (hostname, { all }, callback) => {
    policy.addressesOf(hostname.replace(/\.$/, '')).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIP(address) }));
        if (all === true) callback(null, found);
        else callback(null, found[0]!.address, found[0]!.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}
