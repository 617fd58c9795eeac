/** Injection tokens of what `RegistryModule` wires. */
export const MODEL_REGISTRY = Symbol('model registry');
export const CATALOG_KEEPER = Symbol('catalog keeper');
export const REGISTRY_METRICS = Symbol('registry metrics');
export const JOB_RESULT_SWEEPER = Symbol('job result sweeper');
export const IMPORTS = Symbol('imports');
export const DIRECTORY_WATCHER = Symbol('directory watcher');
export const IMPORT_SWEEPER = Symbol('import sweeper');
