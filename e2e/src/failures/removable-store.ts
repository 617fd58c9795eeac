import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { startMinio } from '@switchyard/local-stack';
import { createMinioObjectStore } from '@switchyard/object-store-minio';

/** An object store of one's own that can be taken away from the services and given back. It holds the published models, nothing else. */
export interface RemovableStore {
  readonly objectStoreUrl: string;
  /** What the services need besides the URL. */
  readonly env: Readonly<Record<string, string>>;
  /** What `/ready` says while it is away. */
  readonly complaint: RegExp;
  remove(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** A folder that is renamed away, as a disk that is not mounted any more. */
export async function removableFolder(trained: string): Promise<RemovableStore> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-removable-'));
  const [here, away] = [join(directory, 'objects'), join(directory, 'away')];
  await copyModels(trained, here);
  return {
    objectStoreUrl: pathToFileURL(here).href,
    env: {},
    complaint: /^The folder of the object store is missing/,
    remove: () => rename(here, away),
    restore: () => rename(away, here),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

/** A MinIO that is stopped, and started again on the same data. */
export async function removableMinio(trained: string): Promise<RemovableStore> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-removable-'));
  const server = await startMinio({ directory });
  const { host, hostname, port } = new URL(server.endpoint);
  const { accessKey, secretKey } = server;
  const bucket = `test-${randomBytes(4).toString('hex')}`;
  const store = createMinioObjectStore({ endpoint: hostname, port: Number(port), useSsl: false, accessKey, secretKey, bucket });
  const keys = (await readdir(join(trained, 'models'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  for (const { parentPath, name } of keys) {
    const path = join(parentPath, name);
    await store.put(path.slice(trained.length + 1), createReadStream(path));
  }
  return {
    objectStoreUrl: `s3://${host}/${bucket}?tls=false`,
    env: { OBJECT_STORE_ACCESS_KEY: accessKey, OBJECT_STORE_SECRET_KEY: secretKey },
    complaint: /^The object store cannot be reached/,
    remove: () => server.stop(),
    restore: () => server.restart(),
    close: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A small disk of its own (tmpfs); only root may mount one. */
export async function smallDisk(trained: string, megabytes: number): Promise<{ readonly directory: string; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-small-disk-'));
  await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory]);
  await copyModels(trained, directory);
  return {
    directory,
    async close() {
      await promisify(execFile)('umount', [directory]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function copyModels(trained: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await cp(join(trained, 'models'), join(to, 'models'), { recursive: true });
}
