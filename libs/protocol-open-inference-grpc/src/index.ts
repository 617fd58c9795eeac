export { OPEN_INFERENCE_PROTOS } from './proto-files.js';
