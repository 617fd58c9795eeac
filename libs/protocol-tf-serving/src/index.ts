export { decodePredict } from './decode-predict.js';
export { SIGNATURE_NAME, type DecodedPredict, type PredictFormat } from './decoded-predict.js';
export { encodePredict } from './encode-predict.js';
export { encodeStatus, type ServableState, type VersionState } from './encode-status.js';
export { encodeMetadata } from './encode-metadata.js';
export { encodeError } from './encode-error.js';
export { errorStatus } from './error-mapping.js';
