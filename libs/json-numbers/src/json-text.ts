import type { Json } from './parse-json.js';

/** A message shows so much of the value it complains about. */
const MAX_LENGTH = 200;

/** The value as JSON for a message, cut after 200 characters; no more of it is visited than is shown. */
export function jsonText(value: Json): string {
  const parts: string[] = [];
  append(value, parts, MAX_LENGTH);
  const text = parts.join('');
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
}

/** Returns what is left of `room`; below zero nothing more is needed. */
function append(value: Json, parts: string[], room: number): number {
  if (value instanceof Map) return appendMembers(value as ReadonlyMap<string, Json>, parts, room);
  if (Array.isArray(value)) return appendElements(value as readonly Json[], parts, room);
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, MAX_LENGTH + 1)) : String(value);
  parts.push(text);
  return room - text.length;
}

function appendElements(values: readonly Json[], parts: string[], room: number): number {
  let left = room - 2;
  parts.push('[');
  for (let index = 0; index < values.length && left >= 0; index++) {
    if (index > 0) parts.push(',');
    left = append(values[index]!, parts, left - 1);
  }
  parts.push(']');
  return left;
}

function appendMembers(members: ReadonlyMap<string, Json>, parts: string[], room: number): number {
  let left = room - 2;
  let separator = '';
  parts.push('{');
  for (const [name, value] of members) {
    if (left < 0) break;
    const label = `${separator}${JSON.stringify(name.slice(0, MAX_LENGTH + 1))}:`;
    parts.push(label);
    left = append(value, parts, left - label.length);
    separator = ',';
  }
  parts.push('}');
  return left;
}
