import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readWatchedModels } from './watched-folders.js';

describe('readWatchedModels', () => {
  let base: string;
  let problems: string[][];
  const onProblem = (...problem: string[]): void => void problems.push(problem);
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'switchyard-watched-'));
    problems = [];
    for (const path of ['models/a/1', 'models/a/20', 'models/a/007', 'models/b/3', 'models/empty', 'elsewhere/5']) await mkdir(join(base, path), { recursive: true });
  });
  afterEach(() => rm(base, { recursive: true }));

  it('finds the models of a folder that have versions', async () => {
    expect(await readWatchedModels({ directory: join(base, 'models') }, onProblem)).toMatchObject([{ name: 'a', versions: [1, 20] }, { name: 'b', versions: [3] }]);
    expect(problems).toEqual([]);
  });

  it('takes of a listed model’s policy and labels what the list says, and the rest from its folder', async () => {
    await writeFile(join(base, 'elsewhere/model_config.json'), JSON.stringify({ signature: 'spell', version_labels: { old: 1 } }));
    const configFile = join(base, 'models.config');
    await writeFile(configFile, `model_config_list { config { name: "b" base_path: "${base}/elsewhere" model_version_policy { all {} } version_labels { key: "new" value: 5 } } }`);
    const config = { model_version_policy: { all: {} }, version_labels: { new: 5 }, signature: 'spell', preprocess: null, labels: null };
    const listed = { name: 'b', directory: join(base, 'elsewhere'), versions: [5], config };
    expect(await readWatchedModels({ configFile }, onProblem)).toEqual([listed]);
    expect(await readWatchedModels({ directory: join(base, 'models'), configFile }, onProblem)).toEqual([listed, expect.objectContaining({ name: 'a' })]);
  });

  it('tells of a model that cannot be used, and finds the others', async () => {
    await writeFile(join(base, 'models/b/model_config.json'), '{');
    const configFile = join(base, 'models.config');
    await writeFile(configFile, `model_config_list { config { name: "gone" base_path: "${base}/gone" } config { name: "../b" base_path: "${base}/elsewhere" } }`);
    expect(await readWatchedModels({ directory: join(base, 'models'), configFile }, onProblem)).toMatchObject([{ name: 'a' }]);
    expect(problems.map(([model]) => model).sort()).toEqual(['../b', 'b', 'gone']);
  });

  it('looks at nothing while the list cannot be read', async () => {
    const configFile = join(base, 'models.config');
    await writeFile(configFile, 'model_config_list {');
    await expect(readWatchedModels({ directory: join(base, 'models'), configFile }, onProblem)).rejects.toThrow(/cannot be read as a ModelServerConfig/);
  });
});
