import { describe, expect, it } from '@jest/globals';
import { ERROR_KINDS } from '@switchyard/errors';
import { errorStatus } from './error-mapping.js';

describe('errorStatus', () => {
  it.each([
    ['invalid-input', 400], ['payload-too-large', 413], ['unsupported-media-type', 400], ['unsupported', 501], ['model-not-found', 404], ['version-not-found', 404],
    ['job-not-found', 404], ['run-not-found', 404], ['upload-not-found', 404], ['model-not-ready', 503], ['conflict', 400], ['overloaded', 503], ['deadline-exceeded', 503], ['cancelled', 400],
    ['model-invalid', 500], ['engine-failed', 500], ['engine-unavailable', 503], ['storage-unavailable', 503], ['queue-unavailable', 503], ['internal', 500],
  ] as const)('answers %s with %i', (kind, status) => {
    expect(errorStatus[kind]).toBe(status);
  });

  it('maps every kind and nothing else', () => {
    expect(Object.keys(errorStatus).sort()).toEqual([...ERROR_KINDS].sort());
  });
});
