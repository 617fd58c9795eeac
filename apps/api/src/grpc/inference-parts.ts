import type { Protos } from '@switchyard/grpc-server';
import type { ModelStatistics, WorkerDirectory } from '@switchyard/inference';
import type { CatalogSource } from '@switchyard/model-registry';
import type { Logger } from '@switchyard/service-runtime';
import type { ModelRepository } from '../open-inference/model-repository.js';
import type { Predictions } from '../predictions/predictions.js';

/** The service's full name. */
export const INFERENCE_SERVICE = 'inference.GRPCInferenceService';

/** What the methods of GRPCInferenceService work with. */
export interface InferenceParts {
  readonly protos: Protos;
  readonly predictions: Predictions;
  readonly catalog: CatalogSource;
  readonly workers: WorkerDirectory;
  readonly repository: ModelRepository;
  readonly statistics: ModelStatistics;
  readonly logger: Logger;
  readonly isReady: () => Promise<boolean>;
  /** Version of the server, as its documents state it. */
  readonly version: string;
  /** Rows that one request may have. */
  readonly maxRows: number;
  readonly logLevel: string;
}
