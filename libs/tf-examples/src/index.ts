export { errorCode } from './error-code.js';
export type { Example, ExampleList, Feature } from './example.js';
export { examplesToInputs } from './examples-to-inputs.js';
export { serializeExample } from './serialize-example.js';
export { assertClassifies, toClassifications, type ClassScore, type Classifier } from './classifications.js';
export { assertRegresses, toRegressions } from './regressions.js';
