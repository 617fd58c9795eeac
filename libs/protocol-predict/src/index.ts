export { decodeForm } from './decode-form.js';
export { readClassificationOptions, type ClassificationOptions, type GivenOptions } from './classification-options.js';
export { encodeClassification, type ClassifiedImage } from './encode-classification.js';
export { encodeError } from './encode-error.js';
export { errorStatus } from './error-mapping.js';
