import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ServingError } from '@switchyard/errors';
import { ModelPaths } from '@switchyard/model-import';
import { FREE_BYTES, MAX_GROWTH, type UnpackLimits } from './unpack-limits.js';

/** What macOS adds to archives. */
const STRANGERS = /(^|\/)(__MACOSX\/|\.DS_Store$|\._[^/]*$)/;

/** The folder that an archive is unpacked to: takes one file after the other, and counts. Counts what was written, not what the archive states. */
export class UnpackedFolder {
  readonly #directory: string;
  readonly #archiveBytes: number;
  readonly #limits: UnpackLimits;
  readonly #paths = new ModelPaths();
  #bytes = 0;

  constructor(directory: string, archiveBytes: number, limits: UnpackLimits) {
    this.#directory = directory;
    this.#archiveBytes = archiveBytes;
    this.#limits = limits;
  }

  /** Whether a name is worth unpacking: neither a folder nor what a desktop left there. */
  static wants(path: string): boolean {
    return !path.endsWith('/') && !STRANGERS.test(path);
  }

  /** Writes one file. Consumes or destroys the stream. @throws ServingError `invalid-input` for its path, `payload-too-large` for its size */
  async add(path: string, content: Readable): Promise<void> {
    const name = path.replace(/^(\.\/)+/, '');
    try {
      this.#paths.take(name);
      const target = join(this.#directory, name);
      await mkdir(dirname(target), { recursive: true });
      await pipeline(content, this.#counter(), createWriteStream(target, { flags: 'wx' }));
    } finally {
      content.destroy();
    }
  }

  #counter(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#bytes += chunk.byteLength;
        done(this.#excess(), chunk);
      },
    });
  }

  #excess(): ServingError | null {
    if (this.#bytes > this.#limits.maxBytes) {
      return new ServingError('payload-too-large', `The archive unpacks to more than the ${this.#limits.maxBytes} bytes that a model may have.`);
    }
    if (this.#bytes <= Math.max(FREE_BYTES, MAX_GROWTH * this.#archiveBytes)) return null;
    return new ServingError('payload-too-large', `The archive of ${this.#archiveBytes} bytes unpacks to more than ${MAX_GROWTH} times its size; models do not, and bombs do.`);
  }
}
