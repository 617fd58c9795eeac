/** One structured line of a service, as pino writes it. */
export interface LogEntry {
  /** pino's numbers: 30 info, 40 warn, 50 error. */
  readonly level: number;
  /** The event's stable name. */
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** @returns null for a line that is not one of ours: a native library's note, a stack trace */
export function parseLogEntry(line: string): LogEntry | null {
  if (!line.startsWith('{')) return null;
  try {
    const entry: unknown = JSON.parse(line);
    const { level, msg } = entry as Partial<LogEntry>;
    return typeof level === 'number' && typeof msg === 'string' ? (entry as LogEntry) : null;
  } catch {
    return null;
  }
}
