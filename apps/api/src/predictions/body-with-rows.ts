import { splitObject } from '@switchyard/json-numbers';
import type { Manifest } from '@switchyard/model-registry';
import { decodePredict, type DecodedPredict } from '@switchyard/protocol-tf-serving';

/** What TF Serving's codec reads; all else in such a body is ours. */
const CODEC_MEMBERS = ['instances', 'inputs', 'signature_name'];

/**
 * A JSON body with rows, as TF Serving takes them, beside members of our own (`model`, `priority`, …). Neither half is parsed to read the
 * other: `JSON.parse` of the rows costs more than the model. What is wrong with a half is said of the whole body, as its sender knows no other.
 */
export class BodyWithRows {
  readonly #body: Buffer;
  readonly #rows: Buffer;
  readonly #envelope: Buffer;

  constructor(body: Buffer) {
    const halves = splitObject(body, CODEC_MEMBERS);
    this.#body = body;
    this.#rows = halves?.named ?? body;
    this.#envelope = halves?.rest ?? body;
  }

  /** @param read of JSON, throws where it cannot be used */
  readEnvelope<Envelope>(read: (json: Buffer) => Envelope): Envelope {
    return this.#withFallback(this.#envelope, read);
  }

  /** @throws ServingError `invalid-input` as `decodePredict`. */
  decodeRows(manifest: Manifest): DecodedPredict {
    return this.#withFallback(this.#rows, (json) => decodePredict(json, manifest));
  }

  #withFallback<Read>(half: Buffer, read: (json: Buffer) => Read): Read {
    if (half === this.#body) return read(half);
    try {
      return read(half);
    } catch {
      return read(this.#body);
    }
  }
}
