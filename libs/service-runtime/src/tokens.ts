/** Injection tokens of what `ServiceRuntimeModule` provides. */
export const SERVICE_NAME = Symbol('service name');
export const CONFIG = Symbol('configuration');
export const LOGGER = Symbol('logger');
export const REDIS = Symbol('Redis connection');
export const OBJECT_STORE = Symbol('object store');
/** All of the above as one `ServiceParts`. */
export const SERVICE_PARTS = Symbol('service parts');
