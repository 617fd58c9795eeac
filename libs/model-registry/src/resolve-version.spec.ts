import { describe, expect, it } from '@jest/globals';
import { EMPTY_CATALOG, type Catalog, type CatalogModel } from './catalog.js';
import type { Manifest } from './manifest.js';
import { findModel, resolveVersion, servedVersions, sourceAlias } from './resolve-version.js';
import { publishCommand } from './testing/stage-version.js';

const manifest = (version: number): Manifest => ({ ...publishCommand({}).draft, name: 'digits', version, createdAt: '2026-01-01T00:00:00.000Z' });

function digits(aliases: Record<string, number>): CatalogModel {
  return { name: 'digits', serving: { aliases, revision: 1 }, batching: {}, versions: [1, 2, 3].map(manifest) };
}

describe('findModel', () => {
  it('finds a model, or names those there are', () => {
    const catalog: Catalog = { builtAt: '2026-01-01T00:00:00.000Z', models: [digits({})] };
    expect(findModel(catalog, 'digits').name).toBe('digits');
    expect(() => findModel(catalog, 'boxes')).toThrow('There is no model "boxes"; the models are: "digits".');
    expect(() => findModel({ ...catalog, models: [] }, 'boxes')).toThrow('none yet');
  });

  it('does not deny a model before it knows which there are', () => {
    expect(() => findModel(EMPTY_CATALOG, 'digits')).toThrow(expect.objectContaining({ kind: 'model-not-ready', retryAfterMs: 1_000 }));
  });
});

describe('servedVersions', () => {
  it('holds each version some alias points to once, ascending', () => {
    expect(servedVersions(digits({ champion: 3, previous: 1, shadow: 3 }))).toEqual([1, 3]);
  });
});

describe('resolveVersion', () => {
  const model = digits({ champion: 3, previous: 2 });

  it('takes the champion when nothing is asked for', () => {
    expect(resolveVersion(model, undefined).version).toBe(3);
  });

  it('takes a number or an alias', () => {
    expect(resolveVersion(model, { version: 2 }).version).toBe(2);
    expect(resolveVersion(model, { alias: 'previous' }).version).toBe(2);
  });

  it('takes a number for that of the folder where the model comes from one, and never for its own', () => {
    const watched = digits({ champion: 3, [sourceAlias(20)]: 3, [sourceAlias(2)]: 1 });
    expect(resolveVersion(watched, { version: 20 }).version).toBe(3);
    expect(resolveVersion(watched, { version: 2 }).version).toBe(1);
    expect(() => resolveVersion(watched, { version: 3 })).toThrow(expect.objectContaining({ kind: 'version-not-found', message: expect.stringContaining('of its folder: 20, 2.') }));
  });

  it.each([
    ['a version no alias keeps loaded', { version: 1 }, 'Version 1 of model "digits" is not being served; served versions: 2, 3.'],
    ['a version that does not exist', { version: 9 }, 'Version 9 of model "digits" is not being served; served versions: 2, 3.'],
    ['an alias that does not exist', { alias: 'shadow' }, 'Model "digits" has no alias "shadow"; its aliases: champion, previous.'],
    ['an alias named as what every object has', { alias: 'constructor' }, 'Model "digits" has no alias "constructor"; its aliases: champion, previous.'],
  ])('refuses %s', (_what, choice, message) => {
    expect(() => resolveVersion(model, choice)).toThrow(expect.objectContaining({ kind: 'version-not-found', message }));
  });

  it('says that a model is not ready while nothing is promoted, and when to come back', () => {
    expect(() => resolveVersion(digits({}), undefined)).toThrow(expect.objectContaining({ kind: 'model-not-ready', retryAfterMs: 5_000 }));
  });

  it('refuses a champion whose manifest is lost', () => {
    expect(() => resolveVersion(digits({ champion: 9 }), undefined)).toThrow(expect.objectContaining({ kind: 'version-not-found' }));
  });
});
