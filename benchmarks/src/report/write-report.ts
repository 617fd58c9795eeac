import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchReport } from './bench-report.js';
import { renderReport } from './render-report.js';

/** Writes `<date>-<name>.json` and `.md`. @returns their paths */
export async function writeReport(report: BenchReport, directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const base = join(directory, `${report.date.slice(0, 10)}-${report.name}`);
  await writeFile(`${base}.json`, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(`${base}.md`, renderReport(report));
  return [`${base}.json`, `${base}.md`];
}
