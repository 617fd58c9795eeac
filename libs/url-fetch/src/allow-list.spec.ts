import { describe, expect, it } from '@jest/globals';
import { parseAllowList } from './allow-list.js';

describe('parseAllowList', () => {
  const list = parseAllowList(' Images.example.com, *.example.org,10.1.0.0/16 ,127.0.0.1,[::1], fd00::/8,');

  it.each([
    ['images.example.com', true], ['example.com', false], ['a.images.example.com', false], ['images.example.com.evil.net', false],
    ['a.example.org', true], ['a.b.example.org', true], ['example.org', false], ['badexample.org', false], ['10.1.0.0', false],
  ])('the host %s: %s', (name, listed) => {
    expect(list.hasHost(name)).toBe(listed);
  });

  it.each([
    ['10.1.2.3', true], ['10.2.0.1', false], ['127.0.0.1', true], ['127.0.0.2', false], ['::1', true], ['::2', false], ['fd12::1', true], ['::ffff:10.1.2.3', true], ['images.example.com', false],
  ])('the address %s: %s', (address, listed) => {
    expect(list.hasAddress(address)).toBe(listed);
  });

  it('may be empty', () => {
    expect([parseAllowList('').isEmpty, parseAllowList(' , ').isEmpty, list.isEmpty]).toEqual([true, true, false]);
  });

  it.each(['https://example.com', 'example.com:80', 'a b', '*', 'a.*.com', '10.0.0.0/99', 'exa$mple.com', '[::1]/x'])('refuses %s', (entry) => {
    expect(() => parseAllowList(entry)).toThrow(`"${entry}" is no host name, address or range of addresses`);
  });
});
