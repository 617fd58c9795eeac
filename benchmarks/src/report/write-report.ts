import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What names the files of a result. */
export interface NamedReport {
  readonly name: string;
  /** ISO 8601. */
  readonly date: string;
}

/** Writes `<date>-<name>.json`, with all figures, and `.md`, with the text. @returns their paths */
export async function writeReport(report: NamedReport, text: string, directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const base = join(directory, `${report.date.slice(0, 10)}-${report.name}`);
  await writeFile(`${base}.json`, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(`${base}.md`, text);
  return [`${base}.json`, `${base}.md`];
}
