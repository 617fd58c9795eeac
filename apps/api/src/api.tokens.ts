/** Injection tokens of what `ApiModule` wires. */
export const CATALOG = Symbol('catalog');
export const WORKERS = Symbol('worker directory');
export const COUPLER = Symbol('coupler');
export const INFERENCE_JOBS = Symbol('inference jobs');
export const REQUEST_METRICS = Symbol('request metrics');
export const TF_SERVING_METRICS = Symbol('metrics under TF Serving’s names');
export const REGISTRY_COMMANDS = Symbol('registry commands');
/** A `UrlFetcher`, or null where none may be used. */
export const URL_FETCHER = Symbol('URL fetcher');
