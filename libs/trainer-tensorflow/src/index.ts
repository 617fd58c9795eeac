export { createTensorflowTrainer, type TensorflowTrainerOptions } from './tensorflow-trainer.js';
export { findNetwork } from './networks/find-network.js';
export type { Network } from './networks/network.js';
export type { DatasetModule } from './fit-messages.js';
