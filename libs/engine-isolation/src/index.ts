export { isolateEngine, type IsolateEngineOptions } from './isolate-engine.js';
export { DEFAULT_ISOLATION_LIMITS, type IsolationLimits } from './isolation-limits.js';
export type { HostExit } from './supervised-host.js';
