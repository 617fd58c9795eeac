import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findProgram } from '@switchyard/local-stack';
import { describeWith, testPython } from '@switchyard/test-kit';
import { REPOSITORY, readText } from './deployment/repository-files.js';
import { openReferenceModel } from './stack/reference-model.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

/** TensorFlow takes seconds to import. */
const TIMEOUT_MS = 60_000;
const FOLDER = join(REPOSITORY, 'examples/');
/** What every example asks about. */
const ROWS = [[1.5, 2.3], [0.8, -1.2]] as const;

let stack: TrainedStack;
let probabilities: number[];
const ran = new Set<string>();

beforeAll(async () => {
  stack = await startTrainedStack();
  const reference = await openReferenceModel(stack.objectsDirectory, 'simple_classifier');
  probabilities = (await Promise.all(ROWS.map((row) => reference.predict(Float32Array.from(row))))).flat();
  await reference.close();
}, 400_000);

afterAll(async () => {
  await stack?.close();
}, 60_000);

/** Both answers stand in what was printed, in the order of the rows. */
function expectProbabilities(printed: string): void {
  const numbers = [...printed.matchAll(/\d+\.\d+(?:e-\d+)?/g)].map(([number]) => Number(number));
  const [first, second] = probabilities.map((probability) => numbers.findIndex((number) => Math.abs(number - probability) <= 1e-6));
  expect({ printed, found: first! >= 0 && second! > first! }).toEqual({ printed, found: true });
}

/** `[[0.99998915]]`, in whatever way a language writes lists. */
function expectFirstProbability(printed: string): void {
  expect(Number(/^\s*\[\s*\[\s*([\d.e-]+)/.exec(printed)?.[1])).toBeCloseTo(probabilities[0]!, 6);
}

async function runProgram(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...args], { cwd: REPOSITORY, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
  return stdout;
}

/** What the README shows in a language, asking the stack of this test. */
function readmePrograms(language: string): string[] {
  const programs = [...readText('README.md').matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, program]) => program!.replaceAll('127.0.0.1:8000', hostOf(stack.httpUrl)));
  expect(programs.length).toBeGreaterThan(0);
  return programs;
}

const hostOf = (url: string): string => new URL(url).host;

const curl = findProgram(['curl']) === undefined ? { available: false as const, reason: 'no curl on PATH' } : { available: true as const };
describeWith(curl, 'the examples in curl', () => {
  const run = (name: string): Promise<string> => (ran.add(`curl/${name}`), runProgram('sh', [`${FOLDER}curl/${name}`, stack.httpUrl]));

  it.each(['predict.sh', 'open-inference.sh'])('%s prints both answers', async (name) => {
    expectProbabilities(await run(name));
  });

  it('classify-image.sh sees a seven', async () => {
    expect(JSON.parse(await run('classify-image.sh'))).toMatchObject({ prediction: 7, predictions: [{ label: '7' }, {}, {}] });
  });

  it('job.sh prints the events of the job, and its answer', async () => {
    const printed = await run('job.sh');
    expect(printed).toMatch(/^event: state\ndata: \{"id":"[^"]+","status":"/m);
    expectProbabilities(printed.slice(printed.lastIndexOf('{"id"')));
  });
});

describe('the examples in TypeScript', () => {
  it('of the README print the answer', async () => {
    for (const program of readmePrograms('ts')) expectFirstProbability(await runProgram(process.execPath, ['--input-type=module', '--eval', program]));
  });

  const run = (name: string): Promise<string> => (ran.add(`typescript/${name}`), runProgram(process.execPath, [`${FOLDER}dist/${name.replace(/ts$/, 'js')}`, stack.httpUrl]));

  it.each(['predict.ts', 'tensors.ts'])('%s prints both answers', async (name) => {
    expectProbabilities(await run(name));
  });

  it('job.ts prints the states of the job, and its answer', async () => {
    const printed = await run('job.ts');
    expect(printed).toMatch(/^(queued\n)?(running\n)?succeeded\n/);
    expectProbabilities(printed);
  });

  it('classify-image.ts sees a seven', async () => {
    expect((await run('classify-image.ts')).split('\n').map((line) => line.split(' ')[0])).toEqual(['7', expect.any(String), expect.any(String), '']);
  });

  it('errors.ts prints what is wrong', async () => {
    expect(await run('errors.ts')).toMatch(/^invalid-input 400 \S.*\n$/);
  });

  it('retrain.ts makes a version, and takes it back', async () => {
    const printed = await run('retrain.ts');
    expect(printed).toMatch(/^A run of "simple_classifier" is queued\.\nsucceeded version 2 accuracy 0\.9\d+ /);
    expect(printed).toMatch(/\{ champion: 1, previous: 2 \}\n$/);
  }, TIMEOUT_MS);
});

describeWith(testPython(), 'the examples in Python', (python) => {
  const run = (name: string, address: string): Promise<string> => (ran.add(`python/${name}`), python.run(`${FOLDER}python/${name}`, [address], { timeoutMs: TIMEOUT_MS }));

  it.each<[string, () => string]>([
    ['predict.py', () => stack.httpUrl],
    ['job.py', () => stack.httpUrl],
    ['open_inference_http.py', () => hostOf(stack.httpUrl)],
    ['open_inference_grpc.py', () => stack.grpcTarget],
    ['tf_serving_rest.py', () => stack.tfServingUrl],
    ['tf_serving_grpc.py', () => stack.grpcTarget],
  ])('%s prints both answers', async (name, address) => {
    expectProbabilities(await run(name, address()));
  }, TIMEOUT_MS);

  it('classify_image.py sees a seven', async () => {
    expect(await run('classify_image.py', stack.httpUrl)).toMatch(/^7 0\.\d+\n\d .*\n\d .*\n$/);
  }, TIMEOUT_MS);

  it('of the README print the answer', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-readme-'));
    try {
      for (const program of readmePrograms('python')) {
        const script = join(folder, 'program.py');
        await writeFile(script, program);
        expectFirstProbability(await python.run(script, [], { timeoutMs: TIMEOUT_MS }));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('are all of them', () => {
    const there = ['curl', 'typescript', 'python'].flatMap((language) => readdirSync(`${FOLDER}${language}`).map((name) => `${language}/${name}`));
    expect([...ran].sort()).toEqual(there.sort());
    const readme = readText('examples/README.md');
    expect(there.filter((file) => !readme.includes(`(${file})`))).toEqual([]);
  });
});
