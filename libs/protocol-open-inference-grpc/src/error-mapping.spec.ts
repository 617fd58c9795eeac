import { describe, expect, it } from '@jest/globals';
import { ERROR_KINDS, ServingError } from '@switchyard/errors';
import { errorStatus, statusOf } from './error-mapping.js';

describe('errorStatus', () => {
  it.each([
    ['invalid-input', 'INVALID_ARGUMENT'],
    ['payload-too-large', 'RESOURCE_EXHAUSTED'],
    ['unsupported-media-type', 'INVALID_ARGUMENT'],
    ['unsupported', 'UNIMPLEMENTED'],
    ['model-not-found', 'NOT_FOUND'],
    ['version-not-found', 'NOT_FOUND'],
    ['job-not-found', 'NOT_FOUND'],
    ['run-not-found', 'NOT_FOUND'],
    ['upload-not-found', 'NOT_FOUND'],
    ['model-not-ready', 'UNAVAILABLE'],
    ['conflict', 'ALREADY_EXISTS'],
    ['overloaded', 'UNAVAILABLE'],
    ['deadline-exceeded', 'DEADLINE_EXCEEDED'],
    ['cancelled', 'CANCELLED'],
    ['model-invalid', 'INTERNAL'],
    ['engine-failed', 'INTERNAL'],
    ['engine-unavailable', 'UNAVAILABLE'],
    ['storage-unavailable', 'UNAVAILABLE'],
    ['queue-unavailable', 'UNAVAILABLE'],
    ['internal', 'INTERNAL'],
  ] as const)('answers %s with %s', (kind, status) => {
    expect(errorStatus[kind]).toBe(status);
    expect(statusOf(new ServingError(kind, 'No.'))).toBe(status);
  });

  it('maps every kind and nothing else', () => {
    expect(Object.keys(errorStatus).sort()).toEqual([...ERROR_KINDS].sort());
  });
});
