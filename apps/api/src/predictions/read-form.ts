import { ServingError } from '@switchyard/errors';

const SHOWN_LENGTH = 50;

export interface Form {
  readonly model: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
}

/** Reads `model=…&x1=…&x2=…`. @throws ServingError `invalid-input` when a field is given twice: which of the two is meant nobody knows */
export function readForm(body: Buffer): Form {
  const given = new URLSearchParams(body.toString('utf8'));
  const names = new Set<string>();
  for (const name of given.keys()) {
    if (names.has(name)) throw new ServingError('invalid-input', `The form has the field "${name.slice(0, SHOWN_LENGTH)}" more than once.`);
    names.add(name);
  }
  // Own properties all, "__proto__" too.
  const { model, ...fields } = Object.fromEntries(given);
  return { model, fields };
}
