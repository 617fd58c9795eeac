import type { DefaultModel } from './default-model.js';

/**
 * What the api adds to `GET /health`, under the names its callers know: whether what predicts can be reached, and the model it is asked with.
 * The status stays `healthy` without a worker: an orchestrator that restarts the api for it would make the outage worse; `GET /ready` is the one that fails.
 */
export function healthFacts({ name, manifest, isLoaded }: DefaultModel) {
  return {
    gateway: 'operational',
    tf_serving: isLoaded ? 'connected' : 'disconnected',
    model_loaded: isLoaded,
    model: { name, version: manifest === null ? null : String(manifest.version), state: isLoaded ? 'AVAILABLE' : 'LOADING' },
  };
}
