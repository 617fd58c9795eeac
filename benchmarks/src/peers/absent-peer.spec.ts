import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PEERS_PYTHON, absenceOf, startScript } from './absent-peer.js';
import { parsePeer } from './peer.js';

const peer = parsePeer('bento:ort');
let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'switchyard-peers-'))));
afterEach(() => rm(directory, { recursive: true, force: true }));

async function put(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '');
}

describe('absenceOf', () => {
  it('says that no folder is named', () => {
    expect(absenceOf(peer, undefined)).toEqual({ peer: 'BentoML, onnxruntime', reason: 'BENCH_PEERS_DIRECTORY names no folder in which it was set up' });
  });

  it('names the file that is missing, without the folder, and nothing once all are there', async () => {
    expect(absenceOf(peer, directory)?.reason).toBe('serve_bento.sh is not in BENCH_PEERS_DIRECTORY');
    await put(startScript(directory, peer));
    expect(absenceOf(peer, directory)?.reason).toBe('v-main/bin/python is not in BENCH_PEERS_DIRECTORY');
    await put(join(directory, PEERS_PYTHON));
    expect(absenceOf(peer, directory)).toBeNull();
  });
});
