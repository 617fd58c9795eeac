export { readByteStrings, writeByteStrings, type TensorPlace } from './byte-strings.js';
export { checkInput, checkInputNames, isEncodedImages, requestedOutput, shown, type InputHead, type ModelContract } from './check-request.js';
export { classify } from './classify.js';
export { DATATYPES, KNOWN_DATATYPES, dtypeOf } from './datatype.js';
export { describeConfig, describeModel, type ModelDescription, type TensorDescription } from './describe-model.js';
export { repositoryIndex, type RepositoryEntry, type RepositoryState } from './repository-index.js';
export { priorityOf, timeoutMsOf } from './schedule-policy.js';
export { noStatistics, statisticsOf } from './statistics.js';
