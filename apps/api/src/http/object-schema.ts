import type { OpenAPIObject } from '@nestjs/swagger';

/** What the OpenAPI document says of one JSON value. */
export type JsonSchema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** What most members are. */
export const TEXT = { type: 'string' };
export const FLAG = { type: 'boolean' };
export const COUNT = { type: 'integer', minimum: 0 };
export const TIME = { type: 'string', format: 'date-time' };

export interface ObjectSchema {
  readonly type: 'object';
  readonly required: string[];
  readonly properties: Record<string, JsonSchema>;
}

/**
 * An object that always has every member named here, but for the `optional` ones.
 * @param properties at least one of them not optional
 */
export function objectSchema(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): ObjectSchema {
  return { type: 'object', required: Object.keys(properties).filter((name) => !optional.includes(name)), properties };
}

/** The schema of a list. */
export function listOf(items: JsonSchema): { readonly type: 'array'; readonly items: JsonSchema } {
  return { type: 'array', items };
}

/** An object of which nobody knows the names of the members, only what each of them is. */
export function mapOf(values: JsonSchema): { readonly type: 'object'; readonly additionalProperties: JsonSchema } {
  return { type: 'object', additionalProperties: values };
}
