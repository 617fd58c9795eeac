export type { CallerSignal } from './caller-signal.js';
export { Coupler, type CouplerOptions } from './coupler.js';
export type { CouplingPolicy } from './coupling-policy.js';
