export {
  IMPORTS, IMPORT_QUEUE, IMPORT_STATUSES, importJobOptions, importOptionsSchema, importPrefix, importRecordSchema, importSourceSchema, isImportId, newImportId, queuedImport, readImport,
  stagedKey, writeImport, type ImportOptions, type ImportRecord, type ImportSource, type ImportStep, type NewImport,
} from './import-record.js';
export { failImport } from './import-journal.js';
export type { FoundModel, ImportPublisher, ModelWorkshop, Trial, TrialFigures } from './import-ports.js';
export { MAX_MODEL_FILES, ModelPaths, assertModelPath } from './model-path.js';
export { findModel } from './find-model.js';
export { parseLabels } from './parse-labels.js';
export { runImport, type ImportDependencies } from './run-import.js';
export { chosenVersions, versionPolicySchema, watchedModelConfigSchema, type VersionPolicy, type WatchedModelConfig } from './version-policy.js';
export { runTrial, type TrialRun } from './run-trial.js';
