import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { connectionSignal } from './connection-signal.js';
import { readSchedule } from './schedule-headers.js';

const socket = new Socket();
const signal = connectionSignal(socket);
const read = (headers: Record<string, string>): object => readSchedule({ id: 'r1', headers, socket }, 30_000);

describe('readSchedule', () => {
  it('reads what was given, and caps it at what the server gives', () => {
    expect(read({})).toEqual({ requestId: 'r1', signal });
    expect(read({ 'x-timeout-ms': '250' })).toEqual({ requestId: 'r1', signal, timeoutMs: 250 });
    expect(read({ 'x-timeout-ms': '86400000', 'x-priority': 'bulk' })).toEqual({ requestId: 'r1', signal, timeoutMs: 30_000, priority: 'bulk' });
  });

  it.each(['0', '-1', '1.5', '1e3', 'soon', '', '86400001', '9'.repeat(400)])('refuses a timeout of "%s"', (timeout) => {
    expect(() => read({ 'x-timeout-ms': timeout })).toThrow(expect.objectContaining({ kind: 'invalid-input', message: expect.stringMatching(/^The header X-Timeout-Ms is ".*"; a whole number of milliseconds from 1 to 86400000 is expected\.$/) }));
  });

  it('refuses a priority there is not', () => {
    expect(() => read({ 'x-priority': 'urgent' })).toThrow('The header X-Priority is "urgent"; "interactive", "normal", "bulk" are expected.');
  });
});
