export { lengthDelimited, fixed32, fixed64, varint } from './tag.js';
export { decodeMessage, readMapEntry, readNested, readText, type ReadField, type WireReader } from './read-message.js';
export { RepeatedScalar } from './repeated-scalar.js';
export { readScalarField, scalarTags, type ScalarField, type ScalarTags } from './scalar-fields.js';
export { unpackElements, type ScalarEncoding } from './unpack-elements.js';
export { packElements } from './pack-elements.js';
export { readBoundedInt64 } from './read-int64.js';
export { Bound } from './bound.js';
export { createWriter, type WireWriter } from './writer.js';
