import { describe, expect, it } from '@jest/globals';
import { ServingError } from '@switchyard/errors';
import { storageFailure } from './storage-failure.js';

const failed = (code: string): Error => Object.assign(new Error(`${code}: failed, open '/srv/objects/secret'`), { code });

describe('storageFailure', () => {
  it.each(['ENOSPC', 'EDQUOT', 'ENOENT', 'EIO', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'EUNKNOWN'])('puts %s in a sentence without a path', (code) => {
    const error = storageFailure(failed(code));
    expect(error.kind).toBe('storage-unavailable');
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    expect(error.message).not.toContain('/srv');
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.cause).toMatchObject({ code });
  });

  it('lets a ServingError pass', () => {
    const error = new ServingError('model-invalid', 'The digest does not fit.');
    expect(storageFailure(error)).toBe(error);
  });
});
