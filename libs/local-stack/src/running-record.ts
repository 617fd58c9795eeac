import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServingError } from '@switchyard/errors';
import { endProcess, identifyProcess, isSameProcess, type ProcessIdentity } from './process-identity.js';

interface RecordFile {
  readonly owner: ProcessIdentity;
  readonly started: readonly ProcessIdentity[];
}

/**
 * The note a stack keeps in its folder of who runs it and what it started. It keeps two stacks from one folder (two Redis
 * processes on one append-only file would ruin it), and lets a start after a crash of the owner end what was left behind.
 */
export class RunningRecord {
  readonly #file: string;
  readonly #owner: ProcessIdentity;
  readonly #started = new Map<string, ProcessIdentity>();
  #writes: Promise<void> = Promise.resolve();

  private constructor(file: string, owner: ProcessIdentity) {
    this.#file = file;
    this.#owner = owner;
  }

  /** Takes the folder. @throws ServingError `conflict` while a living process has it */
  static async claim(directory: string): Promise<RunningRecord> {
    const file = join(directory, 'running.json');
    await mkdir(directory, { recursive: true });
    const earlier = await readRecord(file);
    if (earlier !== null) {
      if (earlier.owner.pid !== process.pid && isSameProcess(earlier.owner)) {
        throw new ServingError(
          'conflict',
          `Process ${earlier.owner.pid} already runs Switchyard from ${directory}. Stop it, or choose another folder with SWITCHYARD_HOME=<folder> and other ports.`,
        );
      }
      for (const leftover of earlier.started) await endProcess(leftover);
    }
    const record = new RunningRecord(file, identifyProcess(process.pid) ?? { pid: process.pid, started: '' });
    await record.#write();
    return record;
  }

  /** Notes the process that now runs under `name`, in place of an earlier one. */
  async note(name: string, pid: number): Promise<void> {
    const identity = identifyProcess(pid);
    if (identity !== null) this.#started.set(name, identity);
    await this.#write();
  }

  /** Gives the folder back; everything noted has ended. */
  async release(): Promise<void> {
    await this.#writes;
    await rm(this.#file, { force: true });
  }

  #write(): Promise<void> {
    this.#writes = this.#writes.then(async () => {
      const content: RecordFile = { owner: this.#owner, started: [...this.#started.values()] };
      await writeFile(`${this.#file}.new`, JSON.stringify(content));
      await rename(`${this.#file}.new`, this.#file);
    });
    return this.#writes;
  }
}

async function readRecord(file: string): Promise<RecordFile | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as RecordFile;
  } catch {
    // None was left, or the machine stopped in the middle of the first write.
    return null;
  }
}
