/** Injection tokens of the trainer's own parts. */
export const PIPELINES = Symbol('pipelines');
export const CATALOG = Symbol('catalog');
export const TRAINING_RUNS = Symbol('training runs');
export const RUN_OUTCOMES = Symbol('run outcomes');
export const SCHEDULE_KEEPER = Symbol('schedule keeper');
export const FIRST_RUNS = Symbol('first runs');
