import { execFile } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith } from '@switchyard/test-kit';
import { validate } from 'dockerfile-utils';
import { findTool, unavailable } from './deployment-tools.config.js';
import { readDockerfile } from './dockerfile.js';
import { knownEnvironment, SERVICES } from './known-environment.js';
import { REPOSITORY, readText } from './repository-files.js';

const run = promisify(execFile);
const { text, targets } = readDockerfile();
const images = ['api', 'inference-worker', 'inference-worker-tensorflow', 'trainer', 'registry'].map((name) => [name, targets.get(name)!] as const);
const ports = { api: ['8000', '8501', '8500'], 'inference-worker': ['9101'], trainer: ['9102'], registry: ['9103'] };

describe('Dockerfile', () => {
  it('has no error a parser can see', () => {
    expect(validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  it('starts from one image, pinned by version and digest', () => {
    for (const [, image] of images) expect(image.baseImage).toMatch(/^node:22\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/);
  });

  it('copies only what the repository has, or an earlier stage made', () => {
    const copies = [...targets.values()].flatMap((target) => target.instructions.filter((one) => one.getKeyword() === 'COPY').map((one) => one.getTextContent()));
    expect(copies.length).toBeGreaterThan(0);
    for (const copy of copies) {
      const stage = /--from=(\S+)/.exec(copy)?.[1];
      const sources = copy.replace(/--\S+/g, '').trim().split(/\s+/).slice(1, -1);
      for (const source of sources) {
        expect([copy, stage === undefined ? existsSync(join(REPOSITORY, source)) : targets.has(stage)]).toEqual([copy, true]);
      }
    }
  });

  it('never lets an install script of a package run', () => {
    const installs = [...text.matchAll(/^(?:RUN.*|    )(npm (?:ci|install)[^\n\\&]*)/gm)].map(([, command]) => command);
    expect(installs.length).toBeGreaterThan(0);
    for (const install of installs) expect(install).toMatch(/^npm ci --ignore-scripts\b/);
  });

  it('gives libtensorflow to the images that need it, and to no other', () => {
    const carries = images.filter(([, image]) => image.instructions.some((one) => one.toString().includes('native-tensorflow'))).map(([name]) => name);
    expect(carries).toEqual(['inference-worker-tensorflow', 'trainer']);
  });

  it('sends neither secrets nor local builds into the build', () => {
    const ignored = readText('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.env', '.git', '**/node_modules', '**/dist', '.switchyard']));
  });
});

describe.each(images)('the image %s', (name, image) => {
  const service = SERVICES.find((one) => name.startsWith(one))!;

  it('runs its service as nobody in particular, and passes SIGTERM on', () => {
    expect(image).toMatchObject({ user: '10001:10001', stopSignal: 'SIGTERM' });
    expect(JSON.parse(image.command ?? '')).toEqual(['node', `apps/${service}/dist/bundle/main.js`]);
    expect(existsSync(join(REPOSITORY, `apps/${service}/src/main.ts`))).toBe(true);
  });

  it('says whether it is healthy, on the port it listens on', () => {
    expect(image.healthcheck).toContain('CMD ["node", "healthcheck.mjs"]');
    expect(image.environment['HTTP_PORT'] ?? image.environment['OPS_PORT']).toBe(ports[service][0]);
    expect(image.instructions.find((one) => one.getKeyword() === 'EXPOSE')?.getArgumentsContent()?.split(' ')).toEqual(ports[service]);
  });

  it('says what it is', () => {
    const labels = image.instructions.filter((one) => one.getKeyword() === 'LABEL').map((one) => one.toString()).join();
    for (const label of ['title', 'description', 'licenses', 'version', 'revision']) expect(labels).toContain(`org.opencontainers.image.${label}=`);
  });
});

for (const [name, image] of images) {
  const known = knownEnvironment(SERVICES.find((one) => name.startsWith(one))!);
  describeWith(known === undefined ? unavailable('the service has no *.config.ts') : { available: true as const, known }, `the environment of the image ${name}`, ({ known }) => {
    it('holds only what the service reads', () => {
      expect(Object.keys(image.environment).filter((variable) => !known.has(variable))).toEqual([]);
    });
  });
}

describeWith(findTool('hadolint'), 'hadolint', ({ path }) => {
  it('has nothing to say about the Dockerfile', async () => {
    const { stdout } = await run(path, ['--no-color', '--failure-threshold', 'style', 'Dockerfile'], { cwd: REPOSITORY, timeout: 30_000 });
    expect(stdout).toBe('');
  });
});

describe('healthcheck.mjs', () => {
  const server = createServer((request, response) => response.writeHead(request.url === '/health' ? status : 404).end());
  let status = 200;
  const check = (): Promise<unknown> => {
    const address = server.address() as { port: number };
    return run(process.execPath, ['tools/docker/healthcheck.mjs'], { cwd: REPOSITORY, env: { OPS_PORT: String(address.port) }, timeout: 20_000 });
  };
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => void server.close());

  it('ends with 0 while the service answers', async () => {
    status = 200;
    await expect(check()).resolves.toBeDefined();
  });

  it('ends with 1 when the service is not healthy', async () => {
    status = 503;
    await expect(check()).rejects.toMatchObject({ code: 1 });
  });

  it('ends with 1 when nobody listens', async () => {
    await expect(run(process.execPath, ['tools/docker/healthcheck.mjs'], { cwd: REPOSITORY, env: { OPS_PORT: '1' }, timeout: 20_000 })).rejects.toMatchObject({ code: 1 });
  });
});

describe('assemble-service.mjs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-image-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (path: string, content: unknown = {}): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(content));
  };
  const link = (path: string): void => {
    mkdirSync(join(folder, 'image/node_modules/@switchyard'), { recursive: true });
    symlinkSync(`../../${path}`, join(folder, 'image/node_modules/@switchyard', basename(path)));
  };
  const assemble = (service: string): Promise<unknown> =>
    run(process.execPath, ['tools/docker/assemble-service.mjs', service, join(folder, 'built'), join(folder, 'image')], { cwd: REPOSITORY, timeout: 20_000 });

  it('keeps the service, the libraries it runs on and this platform’s binaries, compiled, and nothing else', async () => {
    const binaries = 'node_modules/onnxruntime-node/bin/napi-v6';
    const ownBinary = `${binaries}/${process.platform}/${process.arch}/binding.node`;
    for (const path of ['apps/api/dist/main.js', 'libs/tensor/dist/index.js', 'libs/tensor/dist/index.js.map', 'libs/tensor/dist/index.d.ts', 'libs/tensor/dist/tsconfig.tsbuildinfo', 'libs/tensor/proto/a.proto']) {
      write(`built/${path}`);
    }
    write('image/apps/api/package.json', { dependencies: { '@switchyard/tensor': '0.1.0', zod: '4.0.0' } });
    write('image/libs/tensor/package.json', { devDependencies: { '@switchyard/test-kit': '0.1.0' } });
    for (const path of ['apps/trainer/package.json', 'libs/test-kit/package.json', 'e2e/package.json', ownBinary, `${binaries}/win32/x64/binding.node`]) write(`image/${path}`);
    for (const path of ['apps/api', 'libs/tensor', 'libs/test-kit']) link(path);

    await assemble('api');

    const image = join(folder, 'image');
    const files = readdirSync(image, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('node_modules/@switchyard/') && lstatSync(join(image, name)).isFile());
    expect(files.sort()).toEqual(
      ['apps/api/dist/main.js', 'apps/api/package.json', 'libs/tensor/dist/index.js', 'libs/tensor/dist/index.js.map', 'libs/tensor/package.json', 'libs/tensor/proto/a.proto', ownBinary].sort(),
    );
    expect(readdirSync(join(image, 'node_modules/@switchyard')).sort()).toEqual(['api', 'tensor']);
  });

  it('says which workspace npm has not linked', async () => {
    await expect(assemble('trainer')).rejects.toThrow('npm has not linked @switchyard/trainer: is package-lock.json out of date?');
  });
});
