export {
  TRAINING_QUEUE, gateSchema, pipelineSchema, trainingJobSchema,
  type Gate, type Notification, type Pipeline, type TrainingJob,
} from './pipeline.js';
export type { Dataset, DatasetSource, LabelledRows } from './dataset.js';
export { evaluate, type Evaluation } from './evaluation.js';
export { decideGate, type GateDecision } from './gate.js';
export type { EpochReport, ModelCompiler, TrainedModel, Trainer, TrainingProgress } from './trainer.js';
export { RUN_STATUSES, runRecordSchema, type RunRecord } from './run-record.js';
