import { join, relative } from 'node:path';
import { writeReport, type NamedReport } from './write-report.js';

export interface PublishOptions {
  /** The repository, absolute. */
  readonly root: string;
  readonly say: (line: string) => void;
}

/** Prints a report, writes it to `benchmarks/results`, and says where. */
export async function publishReport(report: NamedReport, text: string, { root, say }: PublishOptions): Promise<void> {
  const files = await writeReport(report, text, join(root, 'benchmarks', 'results'));
  say(`\n${text}`);
  say(`Written to ${files.map((file) => relative(process.cwd(), file)).join(' and ')}.`);
}
