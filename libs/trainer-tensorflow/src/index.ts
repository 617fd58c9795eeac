export { createTensorflowTrainer, type TensorflowTrainerOptions } from './tensorflow-trainer.js';
export type { DatasetModule } from './fit-messages.js';
