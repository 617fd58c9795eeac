import { describe, expect, it } from '@jest/globals';
import semver from 'semver';
import { readText } from './repository-files.js';

interface LockedPackage {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** By their place, as `node_modules/a/node_modules/b`. */
const packages = new Map(Object.entries((JSON.parse(readText('package-lock.json')) as { packages: Record<string, LockedPackage> }).packages));
const { engines } = JSON.parse(readText('package.json')) as { engines: { node: string } };

describe('package-lock.json', () => {
  it('holds every package that one of its packages may need, those for other platforms too: npm ci of npm 11 asks for them', () => {
    const missing = [...packages].flatMap(([place, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !isFoundFrom(place, name))
        .map((name) => `${name}, for ${place}`),
    );
    expect(missing).toEqual([]);
  });

  it('names no registry', () => {
    const addresses = [...packages.values()].filter(({ link }) => link !== true).flatMap(({ resolved }) => resolved ?? []);
    expect(addresses).toEqual([]);
  });

  it('brings nothing that asks for a newer Node than the oldest of each line we promise', () => {
    const oldest = engines.node.split('||').map((range) => semver.minVersion(range)?.version ?? range);
    expect(oldest).toHaveLength(3);
    const refusing = [...packages]
      .filter(([, { optional }]) => optional !== true)
      .flatMap(([place, { engines: asked }]) =>
        oldest.filter((version) => asked?.node !== undefined && !semver.satisfies(version, asked.node)).map((version) => `${place} refuses Node ${version}: ${asked?.node}`),
      );
    expect(refusing).toEqual([]);
  });
});

/** Node's own search: beside the package, then beside each that holds it. */
function isFoundFrom(place: string, name: string): boolean {
  const inside = place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`;
  if (packages.has(inside)) return true;
  if (place === '') return false;
  // A workspace is held by the root.
  const end = place.lastIndexOf('/node_modules/');
  return isFoundFrom(end < 0 ? '' : place.slice(0, end), name);
}
