import type { LogEntry } from './log-entry.js';

const ERROR_LEVEL = 50;

/**
 * What of a service's log is worth a line on the terminal: how training goes, and errors. Everything is in the log files.
 *
 * @returns null when it is not
 */
export function describeLogEntry(source: string, entry: LogEntry): string | null {
  if (entry.msg === 'training.progress') return describeProgress(entry);
  if (entry.level >= ERROR_LEVEL) return `${source}: ${entry.msg}${reasonOf(entry)}`;
  return null;
}

function describeProgress(entry: LogEntry): string {
  const what = [text(entry, 'step'), text(entry, 'message')].filter(Boolean).join(': ');
  return `  ${(text(entry, 'pipeline') || 'training').padEnd(18)} ${[what, ...describeEpoch(entry)].join('  ')}`;
}

/** What the fields of an epoch tell, in the order in which one reads them. */
function describeEpoch({ loss, accuracy, validationAccuracy, durationMs }: LogEntry): string[] {
  return [
    typeof loss === 'number' ? `loss ${loss.toFixed(4)}` : '',
    typeof accuracy === 'number' ? `accuracy ${percent(accuracy)}` : '',
    typeof validationAccuracy === 'number' ? `on unseen rows ${percent(validationAccuracy)}` : '',
    typeof durationMs === 'number' ? `${(durationMs / 1000).toFixed(1)} s` : '',
  ].filter(Boolean);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function reasonOf(entry: LogEntry): string {
  const error = entry['err'];
  const message = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : undefined;
  return typeof message === 'string' ? ` (${message})` : '';
}

function text(entry: LogEntry, field: string): string {
  const value = entry[field];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
