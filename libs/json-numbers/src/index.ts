export {
  BACKSLASH, CLOSE_LIST, CLOSE_OBJECT, COLON, COMMA, OPEN_LIST, OPEN_OBJECT, QUOTE, SPACE, asciiText, lastNonSpace, skipSpace,
} from './ascii.js';
export { ByteWriter } from './byte-writer.js';
export { INTEGER_RANGES, isIntegerDtype, type IntegerDtype } from './integer-range.js';
export { jsonText } from './json-text.js';
export { JsonSyntaxError, parseJson, type Json, type JsonMember, type ParseJsonOptions } from './parse-json.js';
export { parseNumberLists, type NumberLists, type NumberListsOptions } from './parse-number-lists.js';
export type { Cursor } from './scan-number.js';
export { toElement, toTensorData, type Element, type ElementPolicy } from './to-element.js';
export { splitObject, type SplitObject } from './split-object.js';
export { toIntegers } from './to-integers.js';
export { writeFloat32, writeFloat64 } from './write-number.js';
