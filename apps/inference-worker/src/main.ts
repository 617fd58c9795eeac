import { createLogger, loadConfig, runMain, startService } from '@switchyard/service-runtime';
import { inferenceWorkerConfigSchema } from './inference-worker.config.js';
import { InferenceWorkerModule } from './inference-worker.module.js';

const NAME = 'inference-worker';
const config = loadConfig(inferenceWorkerConfigSchema);
const logger = createLogger(NAME, config.LOG_LEVEL);

runMain(() => startService({ name: NAME, module: InferenceWorkerModule.register({ name: NAME, config, logger }), config, logger, port: config.OPS_PORT }), logger);
