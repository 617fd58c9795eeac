import { fileURLToPath } from 'node:url';
import type { ObjectStore } from '@switchyard/object-store';
import { createFilesystemObjectStore } from '@switchyard/object-store-filesystem';
import type { ServiceConfig } from './service.config.js';

/**
 * The store that `OBJECT_STORE_URL` names. Nothing is contacted yet: a store that is away at start is waited for, not fatal.
 * The client for S3 is imported only where it is used: it is a sixth of what a service loads at start.
 */
export async function openObjectStore(config: ServiceConfig): Promise<ObjectStore> {
  const url = new URL(config.OBJECT_STORE_URL);
  if (url.protocol === 'file:') return createFilesystemObjectStore(fileURLToPath(url));
  const useSsl = url.searchParams.get('tls') !== 'false';
  const region = url.searchParams.get('region');
  const { createMinioObjectStore } = await import('@switchyard/object-store-minio');
  return createMinioObjectStore({
    endpoint: url.hostname,
    port: Number(url.port) || (useSsl ? 443 : 80),
    useSsl,
    accessKey: config.OBJECT_STORE_ACCESS_KEY,
    secretKey: config.OBJECT_STORE_SECRET_KEY,
    bucket: url.pathname.slice(1),
    ...(region === null ? {} : { region }),
  });
}
