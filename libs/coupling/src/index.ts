export type { CallerSignal } from './caller-signal.js';
export { Convoys, type Cargo, type ConvoysOptions } from './convoys.js';
export { Coupler, type CouplerOptions } from './coupler.js';
export type { CouplingPolicy } from './coupling-policy.js';
export { coupleJob, keepEntries, loadKey, splitReply } from './job-load.js';
