import { afterAll, expect, it } from '@jest/globals';
import { describeWith } from './describe-with.js';
import { testMinio } from './test-minio.js';

describeWith(await testMinio(), 'testMinio', (minio) => {
  afterAll(() => minio.close());

  it('answers at its endpoint, and names a bucket in the form of OBJECT_STORE_URL', async () => {
    expect((await fetch(`${minio.endpoint}/minio/health/live`)).status).toBe(200);
    const url = new URL(minio.objectStoreUrl);
    expect(url.protocol).toBe('s3:');
    expect(url.pathname).toBe(`/${minio.bucket}`);
    expect(url.searchParams.get('tls')).toBe('false');
  });

  it('refuses who has no key', async () => {
    expect((await fetch(`${minio.endpoint}/${minio.bucket}`)).status).toBe(403);
  });
});
