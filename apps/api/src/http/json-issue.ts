import type { z } from 'zod';
import { shownValue } from './shown-value.js';

/** What was expected instead, for zod to use wherever a schema has no words of its own. */
export function expectation(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') return `${NOUNS[issue.expected] ?? issue.expected} is expected`;
  if (issue.code === 'too_small') return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${unitOf(issue.origin)} is expected`;
  if (issue.code === 'too_big') return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${unitOf(issue.origin)} is expected`;
  if (issue.code === 'invalid_value') return `${issue.values.map((value) => shownValue(value)).join(' or ')} is expected`;
  if (issue.code === 'unrecognized_keys') return `it has no setting ${issue.keys.map((key) => shownValue(key)).join(' and no setting ')}`;
  return 'something else is expected';
}

/** `"epochs" is 0; at least 1 is expected`: needs issues that report their input. */
export function describeIssue({ path, input, message }: z.core.$ZodIssue): string {
  if (path.length === 0) return input === undefined || isObject(input) ? message : `it is ${shownValue(input)}; ${message}`;
  const name = `"${path.join('.')}"`;
  return input === undefined ? `${name} is missing; ${message}` : `${name} is ${shownValue(input)}; ${message}`;
}

const NOUNS: Readonly<Record<string, string>> = { string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', object: 'an object', array: 'a list' };

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : '';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
