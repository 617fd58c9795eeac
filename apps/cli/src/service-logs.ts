import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A log file that has grown beyond this is put aside as `<name>.log.1`, in place of the one before. */
const ROTATE_AT_BYTES = 20 * 1024 * 1024;

interface LogFile {
  readonly descriptor: number;
  bytes: number;
}

/**
 * The lines of every process, in one file each, bounded: at most two files of 20 MB per process. Written at once, so that
 * the last line before a crash is there.
 */
export class ServiceLogs {
  readonly #directory: string;
  readonly #files = new Map<string, LogFile>();

  /** @param directory absolute; made when missing */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#directory = directory;
  }

  /** Never throws: a full disk must not end the supervisor, and the services go on without their log. */
  write(source: string, line: string): void {
    try {
      const file = this.#files.get(source) ?? this.#open(source);
      file.bytes += writeSync(file.descriptor, `${line}\n`);
      if (file.bytes > ROTATE_AT_BYTES) this.#rotate(source, file);
    } catch {
      // The next line is tried again.
    }
  }

  /** Idempotent. */
  close(): void {
    for (const { descriptor } of this.#files.values()) closeSync(descriptor);
    this.#files.clear();
  }

  #open(source: string): LogFile {
    const descriptor = openSync(this.#pathOf(source), 'a');
    const file = { descriptor, bytes: fstatSync(descriptor).size };
    this.#files.set(source, file);
    return file;
  }

  #rotate(source: string, file: LogFile): void {
    this.#files.delete(source);
    closeSync(file.descriptor);
    renameSync(this.#pathOf(source), `${this.#pathOf(source)}.1`);
  }

  #pathOf(source: string): string {
    return join(this.#directory, `${source}.log`);
  }
}
