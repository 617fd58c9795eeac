import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { readText } from './repository-files.js';

export type SchemaFile = 'compose-spec.json' | 'kubernetes-1.37-strict.json' | 'podmonitor.json' | 'scaledobject.json';

/** The formats the schemas name, where a string can break them; sizes of integers are checked as integers. */
const FORMATS = {
  duration: /^([\d.]+(us|µs|ms|s|m|h))+$/,
  'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/,
  ports: /^\d+(-\d+)?(:\d+(-\d+)?)?$|^.*:\d+(\/(tcp|udp))?$/,
  expose: /^\d+(-\d+)?(\/(tcp|udp))?$/,
  ...Object.fromEntries(['byte', 'double', 'int32', 'int64', 'int-or-string', 'subnet_ip_address'].map((name) => [name, true as const])),
};

const ajv = new Ajv2020({ strict: false, allErrors: true, formats: FORMATS });
const loaded = new Set<SchemaFile>();

/**
 * What a schema of `e2e/fixtures/schemas` has against a document, one sentence per problem; nothing means it is valid.
 *
 * @param definition a name under the schema's `$defs`; without it the whole schema is meant
 */
export function schemaProblems(file: SchemaFile, document: unknown, definition?: string): string[] {
  if (!loaded.has(file)) {
    ajv.addSchema(JSON.parse(readText(`e2e/fixtures/schemas/${file}`)) as object, file);
    loaded.add(file);
  }
  const validate = ajv.getSchema(definition === undefined ? file : `${file}#/$defs/${definition}`);
  if (validate === undefined) return [`${file} has no definition ${definition}.`];
  return validate(document) ? [] : (validate.errors ?? []).map(sentence);
}

function sentence({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || 'The document'} ${message} ${JSON.stringify(params)}`;
}
