import { mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pack, type Headers } from 'tar-stream';
import { ZipFile } from 'yazl';
import { archiveKindOf, unpackArchive } from './unpack-archive.js';

const MEBIBYTE = 1024 * 1024;
const LINK = 0o120_777;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-archive-'));
  await mkdir(join(folder, 'out'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A zip file of files by their names, `mode` in Unix' terms. */
async function zipOf(files: Readonly<Record<string, string | Buffer>>, mode = 0o100_644): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name, { mode });
  zip.end();
  return buffer(zip.outputStream as NodeJS.ReadableStream);
}

async function tarOf(entries: readonly (Headers & { content?: string })[]): Promise<Buffer> {
  const tar = pack();
  for (const { content = '', ...header } of entries) tar.entry(header, content);
  tar.finalize();
  return buffer(tar);
}

/** Writes the archive and unpacks it as what its first bytes say it is. */
async function unpack(archive: Buffer, maxBytes = 1_000 * MEBIBYTE): Promise<void> {
  const file = join(folder, 'archive');
  await writeFile(file, archive);
  const kind = await archiveKindOf(file);
  if (kind === null) throw new Error('no archive');
  await unpackArchive(file, kind, { directory: join(folder, 'out'), limits: { maxBytes } });
}

const unpacked = async (): Promise<string[]> => (await readdir(join(folder, 'out'), { recursive: true })).sort();
const read = (path: string): Promise<string> => readFile(join(folder, 'out', path), 'utf8');

describe('unpackArchive', () => {
  it('unpacks zip files, without what a desktop left in them', async () => {
    await unpack(await zipOf({ 'm/saved_model.pb': 'graph', 'm/variables/variables.index': 'index', '__MACOSX/m/._saved_model.pb': 'x', 'm/.DS_Store': 'x' }));
    expect(await unpacked()).toEqual(['m', 'm/saved_model.pb', 'm/variables', 'm/variables/variables.index']);
    expect(await read('m/variables/variables.index')).toBe('index');
  });

  it.each([['tar', (bytes: Buffer) => bytes], ['tar.gz', (bytes: Buffer) => gzipSync(bytes)]])('unpacks %s files', async (_kind, packed) => {
    await unpack(packed(await tarOf([{ name: './m/', type: 'directory' }, { name: './m/model.json', content: '{}' }, { name: './m/shard', content: 'weights' }])));
    expect(await unpacked()).toEqual(['m', 'm/model.json', 'm/shard']);
    expect(await read('m/shard')).toBe('weights');
  });

  it.each(['../evil', '/etc/evil', 'm/../../evil'])('lets no tar write to %s', async (name) => {
    await expect(unpack(await tarOf([{ name, content: 'x' }]))).rejects.toMatchObject({ kind: 'invalid-input', message: expect.stringMatching(/leads out of the folder/) });
    expect(await unpacked()).toEqual([]);
  });

  it('lets no zip write outside', async () => {
    const archive = await zipOf({ 'aaaaaa/evil': 'x' });
    const climbing = Buffer.from(archive.toString('latin1').replaceAll('aaaaaa/evil', '../../aevil'), 'latin1');
    await expect(unpack(climbing)).rejects.toMatchObject({ kind: 'invalid-input', message: expect.stringMatching(/leads out of its folder/) });
    expect(await unpacked()).toEqual([]);
  });

  it.each(['symlink', 'link', 'character-device', 'fifo'] as const)('takes no %s from a tar', async (type) => {
    const archive = await tarOf([{ name: 'm', type, linkname: '/etc/passwd' }]);
    await expect(unpack(archive)).rejects.toMatchObject({ kind: 'model-invalid', message: expect.stringContaining(`"m" in the archive is a ${type}`) });
    expect(await unpacked()).toEqual([]);
  });

  it('takes no link from a zip', async () => {
    await expect(unpack(await zipOf({ m: '/etc/passwd' }, LINK))).rejects.toMatchObject({ kind: 'model-invalid', message: expect.stringMatching(/"m" in the archive is a link/) });
  });

  it('takes no path twice', async () => {
    await expect(unpack(await tarOf([{ name: 'm', content: 'a' }, { name: './m', content: 'b' }]))).rejects.toMatchObject({ message: expect.stringMatching(/Two files claim the path "m"/) });
  });

  it('ends a bomb soon after it has grown beyond any model', async () => {
    const bomb = await zipOf({ m: Buffer.alloc(200 * MEBIBYTE) });
    expect(bomb.byteLength).toBeLessThan(MEBIBYTE);
    await expect(unpack(bomb)).rejects.toMatchObject({ kind: 'payload-too-large', message: expect.stringMatching(/more than 100 times its size; models do not, and bombs do/) });
    await expect(unpack(gzipSync(await tarOf([{ name: 'n', content: '0'.repeat(100 * MEBIBYTE) }])))).rejects.toMatchObject({ kind: 'payload-too-large' });
  }, 60_000);

  it('ends at the size that a model may have', async () => {
    await expect(unpack(await zipOf({ a: 'x'.repeat(600), b: 'x'.repeat(600) }), 1_000)).rejects.toMatchObject({ kind: 'payload-too-large', message: expect.stringMatching(/more than the 1000 bytes/) });
  });

  it('says that an archive is cut short', async () => {
    const zip = await zipOf({ m: 'x'.repeat(1_000) });
    await expect(unpack(zip.subarray(0, -10))).rejects.toMatchObject({ kind: 'model-invalid', message: 'The archive cannot be read as zip: it is damaged or cut short.' });
    const tar = gzipSync(await tarOf([{ name: 'm', content: 'x'.repeat(1_000) }]));
    await expect(unpack(tar.subarray(0, -20))).rejects.toMatchObject({ kind: 'model-invalid', message: 'The archive cannot be read as tar.gz: it is damaged or cut short.' });
  });
});

describe('archiveKindOf', () => {
  it('goes by the first bytes, not by the name', async () => {
    const file = join(folder, 'model.zip');
    await writeFile(file, 'no archive at all');
    expect(await archiveKindOf(file)).toBeNull();
    await truncate(file, 0);
    expect(await archiveKindOf(file)).toBeNull();
    await writeFile(file, gzipSync('x'));
    expect(await archiveKindOf(file)).toBe('tar.gz');
  });
});
