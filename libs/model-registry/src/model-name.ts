import { z } from 'zod';

/** Names are path segments of URLs, object keys and queue names: letters, digits, `_`, `-`, `.`; at most 64. */
export const modelNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'a model name begins with a letter or digit and holds at most 64 letters, digits, "_", "-" and "."');

/** Versions count up from 1 and are never reused. */
export const modelVersionSchema = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** `champion` serves, `previous` served before it; anything else is the user's. */
export const aliasSchema = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/, 'an alias begins with a letter and holds at most 64 letters, digits, "_" and "-"');
