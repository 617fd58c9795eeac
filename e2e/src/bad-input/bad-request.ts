import type { PlainRequest } from '../stack/plain-http.js';

/** One thing a client may get wrong, and what it is to be told. */
export interface BadRequest extends PlainRequest {
  /** Names the case in the test's report. */
  readonly name: string;
  readonly status: number;
  /** What the sentence must say: the value that was given, or what was expected. */
  readonly says: RegExp;
}

/** 100,000 brackets: deeper than any parser that recurses can follow. */
export const DEEP = '['.repeat(100_000);
export const DEEP_CLOSED = `${DEEP}${']'.repeat(100_000)}`;

const JSON_HEADERS = { 'content-type': 'application/json' } as const;

export function jsonTo(path: string, body: string | Uint8Array): PlainRequest {
  return { path, body, headers: JSON_HEADERS };
}
