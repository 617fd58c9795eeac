import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Committed: this file is benchmarks/{src,dist}/regression/baseline. */
const FILE = fileURLToPath(new URL('../../results/baseline.json', import.meta.url));

const baselineSchema = z.object({
  /** As `RatioFigures.ratio`. */
  ratio: z.number().positive(),
  date: z.iso.datetime(),
  command: z.string(),
  machine: z.object({ cpu: z.string(), cores: z.number(), memoryGb: z.number(), os: z.string(), node: z.string() }),
  versions: z.record(z.string(), z.string()),
  rounds: z.array(z.object({ requestsPerSecond: z.number(), otherCores: z.number(), ceilingRowsPerSecond: z.number(), ceilingCores: z.number() })).readonly(),
});

/** What a short run found when it was last committed; later ones are held against it. */
export type Baseline = z.infer<typeof baselineSchema>;

/** @throws when the file is missing or is none */
export async function readBaseline(): Promise<Baseline> {
  return baselineSchema.parse(JSON.parse(await readFile(FILE, 'utf8')));
}

/** @returns the path of the file */
export async function writeBaseline(baseline: Baseline): Promise<string> {
  await writeFile(FILE, `${JSON.stringify(baseline, null, 2)}\n`);
  return FILE;
}
