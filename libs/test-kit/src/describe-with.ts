import { describe } from '@jest/globals';

/**
 * A `describe` that needs something this machine may not have. Without it the tests are reported skipped, with the reason
 * in their name, which is what the summary of `npm test` prints.
 *
 * @example
 * const minio = await testMinio();
 * describeWith(minio, 'MinioObjectStore', (minio) => { afterAll(() => minio.close()); … });
 */
export function describeWith<Resource extends { readonly available: true }>(
  resource: Resource | { readonly available: false; readonly reason: string },
  name: string,
  tests: (resource: Resource) => void,
): void {
  if (resource.available) describe(name, () => tests(resource));
  else describe.skip(`${name} (skipped: ${resource.reason})`, () => tests(MISSING as unknown as Resource));
}

/** Stands in for the resource while skipped tests are collected: their bodies never run, so nothing reads from it in earnest. */
const MISSING = new Proxy({}, { get: () => undefined });
