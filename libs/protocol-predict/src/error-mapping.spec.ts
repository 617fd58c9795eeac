import { describe, expect, it } from '@jest/globals';
import { ERROR_KINDS, ServingError } from '@switchyard/errors';
import { encodeError } from './encode-error.js';
import { errorStatus } from './error-mapping.js';

describe('errorStatus', () => {
  it.each([
    ['invalid-input', 400],
    ['payload-too-large', 413],
    ['unsupported-media-type', 415],
    ['unsupported', 501],
    ['model-not-found', 404],
    ['version-not-found', 404],
    ['job-not-found', 404],
    ['run-not-found', 404],
    ['upload-not-found', 404],
    ['model-not-ready', 503],
    ['conflict', 409],
    ['overloaded', 429],
    ['deadline-exceeded', 504],
    ['cancelled', 499],
    ['model-invalid', 500],
    ['engine-failed', 500],
    ['engine-unavailable', 503],
    ['storage-unavailable', 503],
    ['queue-unavailable', 503],
    ['internal', 500],
  ] as const)('answers %s with %i', (kind, status) => {
    expect(errorStatus[kind]).toBe(status);
  });

  it('maps every kind and nothing else', () => {
    expect(Object.keys(errorStatus).sort()).toEqual([...ERROR_KINDS].sort());
  });
});

describe('encodeError', () => {
  it('carries the sentence and the kind', () => {
    expect(encodeError(new ServingError('model-not-found', 'There is no model "x".')).toString()).toBe('{"error":"There is no model \\"x\\".","kind":"model-not-found"}');
  });

  it('ends a sentence that another protocol left open', () => {
    expect(encodeError(new ServingError('invalid-input', 'JSON Parse error: The document is empty')).toString()).toBe('{"error":"JSON Parse error: The document is empty.","kind":"invalid-input"}');
  });
});
