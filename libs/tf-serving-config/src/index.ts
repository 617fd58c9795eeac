export { parseModelServerConfig, type ListedModel } from './parse-model-server-config.js';
