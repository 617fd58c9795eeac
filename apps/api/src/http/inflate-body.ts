import { promisify } from 'node:util';
import { unzip } from 'node:zlib';
import { ServingError } from '@switchyard/errors';

const inflate = promisify(unzip);
/** What `unzip` tells apart by itself. */
const ENCODINGS: readonly string[] = ['gzip', 'x-gzip', 'deflate'];
const SHOWN_LENGTH = 50;

/**
 * The body behind its `content-encoding`, in libuv's threads. A few kilobytes can hold gigabytes of zeros: no more than `maxBytes` are ever
 * written out.
 * @throws ServingError `payload-too-large` beyond that, `invalid-input` for bytes that are not what the header says, `unsupported-media-type`
 * for another encoding.
 */
export async function inflateBody(body: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  if (!ENCODINGS.includes(encoding.toLowerCase())) {
    throw new ServingError('unsupported-media-type', `The content-encoding "${encoding.slice(0, SHOWN_LENGTH)}" is not accepted; "gzip" or "deflate" is expected, or none.`);
  }
  try {
    return await inflate(body, { maxOutputLength: maxBytes });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ServingError('payload-too-large', `The request body is larger than the ${maxBytes} bytes that are accepted, once it is unpacked.`, { cause: thrown });
    }
    throw new ServingError('invalid-input', `The request body cannot be unpacked as ${encoding}: ${(thrown as Error).message}.`, { cause: thrown });
  }
}
