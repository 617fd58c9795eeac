import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestPython } from '@switchyard/test-kit';

/** TensorFlow alone takes seconds to be imported. */
const TIMEOUT_MS = 90_000;

/** Numbers, texts and truth values, nested as the tensor's shape says. */
export type Values = number | string | boolean | readonly Values[];

export type DescribedTensors = Readonly<Record<string, { readonly dtype: string; readonly values: Values }>>;

/** What one exported signature answers in Python. */
export interface ExportedCase {
  /** Also the name of the model's folder. */
  readonly model: string;
  readonly signature: string;
  readonly inputs: DescribedTensors;
  readonly outputs: DescribedTensors;
}

/** Has Keras and TensorFlow write their models into a folder: see make_models.py. */
export async function exportModels(python: TestPython, folder: string): Promise<ExportedCase[]> {
  await python.run(client('make_models.py'), [folder], { timeoutMs: TIMEOUT_MS });
  return JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8')) as ExportedCase[];
}

/** Runs one of the scripts of `e2e/clients` and reads the JSON it prints. */
export async function runClient<Report>(python: TestPython, script: string, args: readonly string[]): Promise<Report> {
  return JSON.parse(await python.run(client(script), args, { timeoutMs: TIMEOUT_MS })) as Report;
}

/** The values alone, by name. */
export function valuesOf(tensors: DescribedTensors): Record<string, Values> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { values }]) => [name, values]));
}

/** How far the numbers of two structures lie apart at most; infinity when anything else of them differs. */
export function apart(got: unknown, expected: unknown): number {
  if (typeof got === 'number' && typeof expected === 'number') return Math.abs(got - expected);
  if (typeof got !== 'object' || typeof expected !== 'object' || got === null || expected === null) return got === expected ? 0 : Infinity;
  const [theirs, ours] = [Object.entries(got), new Map(Object.entries(expected))];
  return theirs.length === ours.size ? Math.max(0, ...theirs.map(([key, value]) => apart(value, ours.get(key)))) : Infinity;
}

function client(script: string): string {
  return fileURLToPath(new URL(`../../clients/${script}`, import.meta.url));
}
