import { describe, expect, it } from '@jest/globals';
import { errorOfAnswer, parseRetryAfterMs } from './error-of-answer.js';

describe('errorOfAnswer', () => {
  it.each([
    [404, '{"error":"There is no job \\"x\\".","kind":"job-not-found"}', 'job-not-found', 'There is no job "x".'],
    [404, '{"error":"Servable not found for request: Latest(half)"}', 'not-found', 'Servable not found for request: Latest(half)'],
    [429, '{"error":"Full."}', 'overloaded', 'Full.'],
    [418, '', 'invalid-input', 'The server answered 418.'],
    [502, '<html>Bad gateway</html>', 'internal', 'The server answered 502: <html>Bad gateway</html>.'],
    [503, '["odd"]', 'unavailable', 'The server answered 503: ["odd"].'],
  ])('reads %i %s', (status, text, kind, message) => {
    expect(errorOfAnswer(status, new Headers({ 'x-request-id': 'r1', 'retry-after': '3' }), text)).toMatchObject({ name: 'SwitchyardError', status, kind, message, requestId: 'r1', retryAfterMs: 3_000 });
  });

  it('reads seconds and dates of Retry-After, and nothing else', () => {
    const nowMs = Date.parse('2026-01-01T00:00:00Z');
    expect([null, '5', 'Thu, 01 Jan 2026 00:00:07 GMT', 'Wed, 31 Dec 2025 00:00:00 GMT', 'soon'].map((value) => parseRetryAfterMs(value, nowMs))).toEqual([null, 5_000, 7_000, 0, null]);
  });
});
