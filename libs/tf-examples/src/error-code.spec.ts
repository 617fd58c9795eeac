import { describe, expect, it } from '@jest/globals';
import { ERROR_KINDS, type ErrorKind } from '@switchyard/errors';
import { errorCode } from './error-code.js';

describe('errorCode', () => {
  it.each<[ErrorKind, string]>([
    ['invalid-input', 'INVALID_ARGUMENT'],
    ['payload-too-large', 'RESOURCE_EXHAUSTED'],
    ['unsupported-media-type', 'INVALID_ARGUMENT'],
    ['unsupported', 'UNIMPLEMENTED'],
    ['model-not-found', 'NOT_FOUND'],
    ['version-not-found', 'NOT_FOUND'],
    ['model-not-ready', 'UNAVAILABLE'],
    ['conflict', 'ABORTED'],
    ['overloaded', 'RESOURCE_EXHAUSTED'],
    ['deadline-exceeded', 'DEADLINE_EXCEEDED'],
    ['cancelled', 'CANCELLED'],
    ['engine-failed', 'INTERNAL'],
    ['engine-unavailable', 'UNAVAILABLE'],
    ['internal', 'INTERNAL'],
  ])('is for %s %s', (kind, code) => {
    expect(errorCode[kind]).toBe(code);
  });

  it('there is for every kind and nothing else', () => {
    expect(Object.keys(errorCode).sort()).toEqual([...ERROR_KINDS].sort());
  });
});
