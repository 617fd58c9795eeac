const SHOWN_LENGTH = 50;

/** A value of a client's JSON for a message: bounded however large or deep it is. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length <= SHOWN_LENGTH ? value : `${value.slice(0, SHOWN_LENGTH)}…`);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
