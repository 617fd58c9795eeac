import { parseYaml } from './repository-files.js';

/** As much of the Compose Specification as our file uses; the schema checks the rest. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
}

export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly user?: string;
  readonly command?: string | readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly restart?: string;
  readonly privileged?: boolean;
  readonly read_only?: boolean;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly deploy: { readonly replicas?: number; readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } } };
}

/**
 * Reads a compose file as `docker compose` does: variables first, then YAML with its merge keys.
 *
 * @throws Error naming the variable when one is required (`${NAME:?…}`) and missing
 */
export function readComposeFile(text: string, environment: Readonly<Record<string, string>>): ComposeFile {
  return parseYaml<ComposeFile>(interpolate(text, environment));
}

/** `${NAME}`, `${NAME:-default}` and `${NAME:?message}`: all the forms our file may use. */
const VARIABLE = /\$\{([A-Z][A-Z0-9_]*)(?::(?:-([^}]*)|\?([^}]*)))?\}/g;

/** The variables a compose file reads, and whether each can be left out. */
export function composeVariables(text: string): Map<string, { readonly required: boolean }> {
  return new Map([...text.matchAll(VARIABLE)].map(([, name, fallback]) => [name as string, { required: fallback === undefined }]));
}

/** The assignments of an env file. */
export function readEnvFile(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => [name as string, value as string]));
}

function interpolate(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE, (_match, name: string, fallback: string | undefined, message: string | undefined) => {
    const value = environment[name] || fallback;
    if (value === undefined) throw new Error(`The variable ${name} is not set: ${message ?? 'it has no default'}.`);
    return value;
  });
}
