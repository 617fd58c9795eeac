export { decodeImage } from './decode-image.js';
export { decodeForm } from './decode-form.js';
export { encodeClassification } from './encode-classification.js';
export { encodeError } from './encode-error.js';
export { errorStatus } from './error-mapping.js';
