import { Transform, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ServingError } from '@switchyard/errors';
import type { ObjectStore } from '@switchyard/object-store';

/** Counts what is taken in over all files of one upload. */
export class UploadBudget {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @throws ServingError `payload-too-large` beyond the limit */
  spend(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes) throw new ServingError('payload-too-large', `The model is larger than the ${this.#maxBytes} bytes that are accepted.`);
  }
}

/**
 * Puts one file of a form into the object store, a chunk at a time. Whatever happens, the file is read to its end: a form half read
 * would block its connection.
 * @returns its size. @throws ServingError
 */
export async function stageUpload(store: ObjectStore, { key, file, budget }: { readonly key: string; readonly file: Readable; readonly budget: UploadBudget }): Promise<number> {
  let bytes = 0;
  let failure: Error | undefined;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        budget.spend(chunk.byteLength);
        bytes += chunk.byteLength;
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
  // It may fail before the store begins to read it; an error that nobody listens to would end the process.
  counted.on('error', (error) => (failure = error));
  // `pipe` passes no errors on: without this, a client that goes away would leave the store waiting for more.
  finished(file).catch((cause: unknown) => counted.destroy(new ServingError('invalid-input', 'The upload ended before its form did.', { cause })));
  try {
    await store.put(key, file.pipe(counted));
    return bytes;
  } catch (error) {
    throw failure ?? error; // what is wrong with the upload, not what the store makes of a stream that broke off
  } finally {
    file.unpipe(counted);
    file.resume();
  }
}
