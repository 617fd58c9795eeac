/** Injection tokens of what `ApiModule` wires. */
export const CATALOG = Symbol('catalog');
export const WORKERS = Symbol('worker directory');
export const COUPLER = Symbol('coupler');
export const INFERENCE_JOBS = Symbol('inference jobs');
export const REQUEST_METRICS = Symbol('request metrics');
export const REGISTRY_COMMANDS = Symbol('registry commands');
