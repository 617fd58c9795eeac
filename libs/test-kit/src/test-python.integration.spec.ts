import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith } from './describe-with.js';
import { testPython } from './test-python.js';

describeWith(testPython(), 'testPython', (python) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-python-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('runs a script with the public clients at hand', async () => {
    const script = join(folder, 'clients.py');
    await writeFile(script, 'import sys, tritonclient.http, tritonclient.grpc, tensorflow_serving.apis.predict_pb2, schemathesis\nprint(sys.argv[1])\n');
    expect(await python.run(script, ['they are here'], { timeoutMs: 60_000 })).toBe('they are here\n');
  }, 90_000);

  it('fails with what the script wrote to stderr', async () => {
    const script = join(folder, 'failing.py');
    await writeFile(script, 'raise SystemExit("no such model")\n');
    await expect(python.run(script, [], { timeoutMs: 30_000 })).rejects.toThrow('no such model');
  });
});
