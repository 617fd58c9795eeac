export { readInferMessage, type InferMessage } from './infer-message.js';
export { decodeInferRequest, type InferRequest, type RequestedOutput } from './decode-infer-request.js';
export { encodeInferResponse, encodeStreamError, encodeStreamResponse } from './encode-infer-response.js';
export { errorStatus, statusOf } from './error-mapping.js';
export { OPEN_INFERENCE_PROTOS } from './proto-files.js';
