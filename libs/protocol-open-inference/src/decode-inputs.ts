import { ServingError } from '@switchyard/errors';
import { CLOSE_OBJECT, OPEN_LIST, lastNonSpace, parseNumberLists, type Json, type JsonMember, type NumberLists } from '@switchyard/json-numbers';
import { KNOWN_DATATYPES, checkInput, checkInputNames, dtypeOf, isEncodedImages, shown, type InputHead, type ModelContract } from '@switchyard/open-inference';
import { formatShape, tensor, type Tensor, type TensorMap } from '@switchyard/tensor';
import { binaryAsData, type BinarySection } from './binary-data.js';
import { jsonAsData, numbersAsData } from './json-data.js';
import { EXPECTED, countParameter, listMember, objectIn, parametersOf, readDocument, textMember, unable, type Members } from './read-document.js';

/** Where `data` stands: in an object of the list `inputs` of the document. */
const DATA_DEPTH = 2;
/** Its numbers are read straight into an array; everything else takes the general way. */
const NUMBER_DATATYPES = new Set(['FP32', 'FP64', 'INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64']);

/** A body's JSON, with the lists of numbers that were read on the way, by the object they stand in. */
export interface NumberDocument {
  readonly members: Members;
  readonly numbers: ReadonlyMap<Members, NumberLists>;
}

/** Parses the JSON of a request, `data` lists of plain numbers without building them. @throws ServingError `invalid-input` */
export function readNumberDocument(json: Uint8Array): NumberDocument {
  const numbers = new Map<Members, NumberLists>();
  // What `parseNumberLists` asks for: its loops stop at the brace and need not look for the end.
  if (json[lastNonSpace(json)] !== CLOSE_OBJECT) return { members: readDocument(json), numbers };
  return { members: readDocument(json, { readMember: (member) => readNumbers(member, numbers) }), numbers };
}

function readNumbers({ bytes, position, name, members, depth }: JsonMember, numbers: Map<Members, NumberLists>): number | null {
  if (name !== 'data' || depth !== DATA_DEPTH || bytes[position] !== OPEN_LIST || members.has(name) || numbers.has(members)) return null;
  const datatype = members.get('datatype');
  if (datatype !== undefined && !NUMBER_DATATYPES.has(datatype as string)) return null;
  const lists = parseNumberLists(bytes, position, { type: datatype === 'FP32' ? 'float32' : 'float64', expectedCount: countOf(members.get('shape')) });
  if (lists === null) return null;
  numbers.set(members, lists);
  return lists.end;
}

/** The elements a `shape` that came before its data announces; 0 when it announces none. */
function countOf(shape: Json | undefined): number {
  const count = Array.isArray(shape) ? (shape as readonly unknown[]).reduce<number>((product, size) => product * (typeof size === 'number' ? size : NaN), 1) : 0;
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

export interface DecodeInputsOptions {
  readonly document: NumberDocument;
  readonly model: ModelContract;
  readonly binary: BinarySection;
  /** Whether the request said where its JSON ends. */
  readonly hasHeaderLength: boolean;
}

/**
 * The tensors of `inputs`, checked against the model's signature.
 * @returns null when a list that was read as numbers is not what its datatype wants: read without `numbers`, it says what is wrong, or is right after all.
 * @throws ServingError `invalid-input` with Triton's words.
 */
export function decodeInputs(options: DecodeInputsOptions): TensorMap | null {
  const { document, model, binary } = options;
  const inputs = new Map<string, Tensor>();
  for (const value of listMember(document.members, 'inputs')) {
    const input = objectIn('inputs', value);
    const head = readHead(input);
    checkInput(model, head);
    if (inputs.has(head.name)) throw new ServingError('invalid-input', `input '${head.name}' already exists in request`);
    const decoded = readTensor(input, head, options);
    if (decoded === null) return null;
    inputs.set(head.name, decoded);
  }
  binary.assertEmpty();
  checkInputNames(model, [...inputs.keys()]);
  return inputs;
}

function readTensor(input: Members, head: InputHead, { document, model, binary, hasHeaderLength }: DecodeInputsOptions): Tensor | null {
  const numbers = document.numbers.get(input);
  const size = binarySize(input, numbers !== undefined);
  const shape = isEncodedImages(model, head) ? head.shape.slice(0, 1) : head.shape;
  if (size === undefined) {
    const data = numbers !== undefined && !input.has('data') ? numbersAsData(numbers, head) : jsonAsData(listMember(input, 'data'), head);
    return data === null ? null : tensor(head.dtype, shape, data);
  }
  if (!hasHeaderLength && size > 0) {
    throw new ServingError('invalid-input', "must specify valid 'Infer-Header-Content-Length' in request header and 'binary_data_size' when passing inputs in binary data format");
  }
  return tensor(head.dtype, shape, binaryAsData(binary.take(size, head.name), head, model.name));
}

/** Bytes of the input behind the JSON; undefined when its data is in the JSON. */
function binarySize(input: Members, hasNumbers: boolean): number | undefined {
  const parameters = parametersOf(input);
  const fields = [
    ...(hasNumbers || input.has('data') ? ["'data'"] : []),
    ...['binary_data_size', 'shared_memory_region'].filter((name) => parameters.has(name)).map((name) => `'${name}'`),
  ];
  if (fields.length !== 1) {
    const set = fields.length === 0 ? 'no field is set' : `set ${fields.join(' ')}`;
    throw new ServingError('invalid-input', `Input must set only one of the following fields: 'data', 'binary_data_size' in 'parameters', 'shared_memory_region' in 'parameters'. But ${set}`);
  }
  if (parameters.has('shared_memory_region')) throw new ServingError('unsupported', 'Shared memory is not supported; inputs can be sent as JSON or as binary data.');
  return countParameter(parameters, 'binary_data_size');
}

function readHead(input: Members): InputHead {
  const name = textMember(input, 'name');
  const datatype = textMember(input, 'datatype');
  const dtype = dtypeOf(datatype);
  if (dtype === undefined) throw new ServingError('invalid-input', `invalid datatype '${shown(datatype)}' for input ${shown(name)}; one of ${KNOWN_DATATYPES} is expected`);
  return { name, dtype, shape: readShape(input) };
}

function readShape(input: Members): number[] {
  const shape = listMember(input, 'shape').map((size) => {
    if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size;
    throw unable('shape', EXPECTED.unsigned);
  });
  if (Number.isSafeInteger(shape.reduce((product, size) => product * size, 1))) return shape;
  throw new ServingError('invalid-input', `invalid shape for input: shape ${formatShape(shape.slice(0, 8))} causes total element count to exceed maximum size of ${Number.MAX_SAFE_INTEGER}`);
}
