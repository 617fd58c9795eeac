import { describe, expect, it } from '@jest/globals';
import { chosenVersions, watchedModelConfigSchema } from './version-policy.js';

describe('chosenVersions', () => {
  it.each([
    ['the latest', { latest: { num_versions: 1 } }, [10]],
    ['the two latest, by number and not by text', { latest: { num_versions: 2 } }, [9, 10]],
    ['all', { all: {} }, [2, 9, 10]],
    ['those named, where they are there', { specific: { versions: [2, 3, 10] } }, [2, 10]],
  ] as const)('takes %s', (_name, policy, expected) => {
    expect(chosenVersions([10, 2, 9], policy as never)).toEqual(expected);
  });
});

describe('watchedModelConfigSchema', () => {
  it('takes the latest version when nothing is said', () => {
    expect(watchedModelConfigSchema.parse({})).toEqual({ model_version_policy: { latest: { num_versions: 1 } }, version_labels: {}, preprocess: null, signature: null, labels: null });
  });

  it.each([{ model_version_policy: { newest: {} } }, { model_version_policy: { specific: { versions: [] } } }, { version_labels: { stable: 'one' } }, { colour: 'red' }])('refuses %j', (config) => {
    expect(watchedModelConfigSchema.safeParse(config).success).toBe(false);
  });
});
