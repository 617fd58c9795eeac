export {
  TRAINING_QUEUE, applyOverrides, gateSchema, pipelineSchema, trainingJobSchema,
  type Gate, type Notification, type Pipeline, type TrainingJob,
} from './pipeline.js';
export type { Dataset, DatasetSource, LabelledRows, SeenUpload } from './dataset.js';
export { decodeSnapshot, encodeSnapshot, type SnapshotFile } from './dataset-snapshot.js';
export { readSnapshot, storeSnapshot, type SnapshotId } from './snapshot-store.js';
export { evaluate, type Evaluation } from './evaluation.js';
export { decideGate, type GateDecision } from './gate.js';
export type { EpochReport, ModelCompiler, TrainedModel, Trainer, TrainingProgress } from './trainer.js';
export { RUN_STATUSES, runRecordSchema, type RunRecord } from './run-record.js';
export { readRun, runKey } from './run-journal.js';
export {
  MAX_PARITY_DIFFERENCE, type FindPictureDecoder, type FormComparer, type FormComparison, type ModelForm, type ModelPublisher, type Parity, type RunDependencies,
} from './run-ports.js';
export { compareOutputs } from './compare-outputs.js';
export { runPipeline, type RunRequest } from './run-pipeline.js';
export { seededRandom } from './seeded-random.js';
export { newRunId, runJobOptions, type RunJobOptions } from './run-job.js';
export type { TrainingObserver } from './training-observer.js';
export { MAX_DATASET_PICTURES, MAX_UPLOAD_PICTURES, isUploadId, newUploadId, type PictureUpload } from './uploads/picture-upload.js';
export { listUploads, pageUploads, removeUpload, storeUpload, type UploadPage } from './uploads/upload-store.js';
export { encodeAddedRows, withAddedRows, type AddedRows } from './uploads/added-rows.js';
export { collectAddedRows, type CollectOptions, type PictureDecoder } from './uploads/collect-added-rows.js';
export { scoresToKeep, type Scores } from './uploads/scores-to-keep.js';
