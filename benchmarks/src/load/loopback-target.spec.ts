import { describe, expect, it } from '@jest/globals';
import { loopbackTarget } from './loopback-target.js';

describe('loopbackTarget', () => {
  it('takes apart an address of this machine', () => {
    expect(loopbackTarget('http://127.0.0.1:8000/v1/models/mnist:predict?a=1')).toEqual({ address: '127.0.0.1', port: 8000, path: '/v1/models/mnist:predict?a=1' });
    expect(loopbackTarget('http://localhost:8000/').address).toBe('127.0.0.1');
    expect(loopbackTarget('http://[::1]:8000/').address).toBe('::1');
  });

  it.each(['http://example.com:80/', 'http://10.0.0.1:8000/', 'http://127.0.0.1.example.com:8000/', 'https://127.0.0.1:8000/', 'http://127.0.0.1/', 'nonsense'])(
    'refuses %s',
    (url) => {
      expect(() => loopbackTarget(url)).toThrow(/127\.0\.0\.1/);
    },
  );
});
