import { ServingError } from '@switchyard/errors';

/** What somebody wrote after `--preprocess`, taken apart but not yet understood. */
export interface PreprocessingSettings {
  /** The word at the beginning that is no `key=value`; undefined when there is none. */
  readonly preset: string | undefined;
  /** Each key in lower case with its values, in the order written. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

const SHOWN_CHARACTERS = 50;
const MAX_CHARACTERS = 1_000;

/**
 * Takes apart `torch`, `resize=256,crop=224,mean=123.7,116.3,103.5` or both at once (`tf,filter=bicubic`). What follows a comma without
 * a key is another value of the key before it; lists may also stand in brackets or be separated by `:`, `;` or spaces.
 * @throws ServingError `invalid-input` for a key given twice or a value without a key.
 */
export function splitSettings(text: string): PreprocessingSettings {
  if (text.length > MAX_CHARACTERS) throw refusal(`The preprocessing is ${text.length} characters long; at most ${MAX_CHARACTERS} are accepted.`);
  const values = new Map<string, string[]>();
  let preset: string | undefined;
  let last: string[] | undefined;
  for (const part of text.split(/[,:;[\]\s]+/).filter((word) => word !== '')) {
    const equals = part.indexOf('=');
    if (equals !== -1) values.set(newKey(part.slice(0, equals), values), (last = nonEmpty(part.slice(equals + 1))));
    else if (last !== undefined) last.push(part);
    else if (preset === undefined) preset = part;
    else throw refusal(`The preprocessing begins with "${shown(preset)}" and "${shown(part)}"; one preset, then settings as key=value are expected.`);
  }
  return { preset: preset?.toLowerCase(), values };
}

/** A text of the user's as messages show it. */
export function shown(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

function newKey(written: string, values: ReadonlyMap<string, unknown>): string {
  const key = written.toLowerCase();
  if (values.has(key)) throw refusal(`The preprocessing sets "${shown(key)}" twice; once is expected.`);
  return key;
}

function nonEmpty(value: string): string[] {
  return value === '' ? [] : [value];
}

function refusal(message: string): ServingError {
  return new ServingError('invalid-input', message);
}
