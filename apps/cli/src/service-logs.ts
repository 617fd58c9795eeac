import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** A log file that has grown beyond this is put aside as `<name>.log.1`, in place of the one before. */
const ROTATE_AT_BYTES = 20 * 1024 * 1024;

interface LogFile {
  readonly stream: WriteStream;
  bytes: number;
}

/** The lines of every process, in one file each, bounded: at most two files of 20 MB per process. */
export class ServiceLogs {
  readonly #directory: string;
  readonly #files = new Map<string, LogFile>();

  /** @param directory absolute; made when missing */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#directory = directory;
  }

  write(source: string, line: string): void {
    const file = this.#files.get(source) ?? this.#open(source);
    file.stream.write(`${line}\n`);
    file.bytes += Buffer.byteLength(line) + 1;
    if (file.bytes > ROTATE_AT_BYTES) this.#rotate(source, file);
  }

  /** Writes out what is pending. Idempotent. */
  async close(): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    await Promise.all(files.map(({ stream }) => new Promise<void>((resolve) => stream.end(resolve))));
  }

  #open(source: string): LogFile {
    const path = this.#pathOf(source);
    const file = { stream: createWriteStream(path, { flags: 'a' }), bytes: statSync(path, { throwIfNoEntry: false })?.size ?? 0 };
    // A full disk must not end the supervisor; the services go on without their log.
    file.stream.on('error', () => undefined);
    this.#files.set(source, file);
    return file;
  }

  #rotate(source: string, file: LogFile): void {
    this.#files.delete(source);
    file.stream.end();
    renameSync(this.#pathOf(source), `${this.#pathOf(source)}.1`);
  }

  #pathOf(source: string): string {
    return join(this.#directory, `${source}.log`);
  }
}
