import { describe, expect, it } from '@jest/globals';
import { isPublicAddress } from './is-public-address.js';

describe('isPublicAddress', () => {
  it.each(['93.184.216.34', '8.8.8.8', '2606:4700::1', '::ffff:8.8.8.8'])('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
    ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd00:ec2::254', 'fec0::1']],
    ['link-local, and so clouds’ metadata', ['169.254.169.254', '169.254.0.1', 'fe80::1']],
    ['metadata elsewhere', ['100.100.100.200', '192.0.0.192', '168.63.129.16']],
    ['carrier-grade NAT', ['100.64.0.1', '100.127.255.255']],
    ['unspecified', ['0.0.0.0', '0.1.2.3', '::']],
    ['multicast or broadcast', ['224.0.0.1', '239.255.255.250', '255.255.255.255', 'ff02::1']],
    ['reserved or for documents and tests', ['240.0.0.1', '192.0.2.1', '198.18.0.1', '203.0.113.9', '2001:db8::1', '100::1', '5f00::1']],
    ['IPv4 inside IPv6', ['::ffff:127.0.0.1', '::ffff:169.254.169.254', '::127.0.0.1', '::7f00:1', '64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001:0:1::']],
    ['no address at all', ['', 'localhost', '1.2.3', '1.2.3.4.5', '::g']],
  ])('nothing that is %s', (_, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});
