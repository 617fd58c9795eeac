import { Bound, decodeMessage, lengthDelimited, readBoundedInt64, readMapEntry, readNested, readScalarField, readText, varint, type RepeatedScalar, type WireReader } from '@switchyard/protobuf-wire';
import { BYTES_FIELD, CONTENTS_TAGS } from './contents-fields.js';
import { readParameter, type Parameters } from './read-parameter.js';

/** Parameters, tensors, raw contents: each takes a few bytes on the wire and hundreds in memory. */
const MAX_PARTS = 4_096;
/** Strings and dimensions. */
const MAX_ELEMENTS = 2 ** 18;

/** A ModelInferRequest as it was written; `to-inputs.ts` says what it means for a model. */
export interface InferMessage {
  modelName: string;
  /** Empty for whichever serves. */
  modelVersion: string;
  id: string;
  readonly parameters: Parameters;
  readonly inputs: InputFields[];
  readonly outputs: OutputFields[];
  readonly raw: Uint8Array[];
}

/** An `InferInputTensor`. */
export interface InputFields {
  name: string;
  datatype: string;
  readonly shape: number[];
  readonly parameters: Parameters;
  contents: ContentsValues | undefined;
}

/** An `InferTensorContents`: numbers by field, still packed, and strings. */
export interface ContentsValues {
  readonly values: Map<number, RepeatedScalar>;
  readonly strings: Uint8Array[];
}

/** An `InferRequestedOutputTensor`. */
export interface OutputFields {
  name: string;
  readonly parameters: Parameters;
}

const MODEL_NAME = lengthDelimited(1);
const MODEL_VERSION = lengthDelimited(2);
const ID = lengthDelimited(3);
const PARAMETER = lengthDelimited(4);
const INPUT = lengthDelimited(5);
const OUTPUT = lengthDelimited(6);
const RAW = lengthDelimited(7);
const NAME = lengthDelimited(1);
const DATATYPE = lengthDelimited(2);
const SHAPE_PACKED = lengthDelimited(3);
const SHAPE_LONE = varint(3);
const INPUT_PARAMETER = lengthDelimited(4);
const OUTPUT_PARAMETER = lengthDelimited(2);
const CONTENTS = lengthDelimited(5);
const BYTES_CONTENTS = lengthDelimited(BYTES_FIELD);
const MAP_VALUE = lengthDelimited(2);

interface Bounds {
  readonly parts: Bound;
  readonly elements: Bound;
}

/** Reads an `inference.ModelInferRequest`; contents are views of `bytes`. @throws ServingError `invalid-input` */
export function readInferMessage(bytes: Buffer): InferMessage {
  const message: InferMessage = { modelName: '', modelVersion: '', id: '', parameters: new Map(), inputs: [], outputs: [], raw: [] };
  const bounds = { parts: new Bound('parameters, tensors and raw contents', MAX_PARTS), elements: new Bound('strings and dimensions', MAX_ELEMENTS) };
  decodeMessage('inference.ModelInferRequest', bytes, (tag, reader) => readHead(reader, tag, message) || readPart(reader, tag, { message, bounds }));
  return message;
}

function readHead(reader: WireReader, tag: number, message: InferMessage): boolean {
  if (tag === MODEL_NAME) message.modelName = readText(reader);
  else if (tag === MODEL_VERSION) message.modelVersion = readText(reader);
  else if (tag === ID) message.id = readText(reader);
  else return false;
  return true;
}

function readPart(reader: WireReader, tag: number, { message, bounds }: { message: InferMessage; bounds: Bounds }): boolean {
  if (tag !== PARAMETER && tag !== INPUT && tag !== OUTPUT && tag !== RAW) return false;
  bounds.parts.add();
  if (tag === RAW) message.raw.push(reader.bytes());
  else if (tag === INPUT) message.inputs.push(readInput(reader, bounds));
  else if (tag === OUTPUT) message.outputs.push(readOutput(reader, bounds));
  else readParameterEntry(reader, message.parameters);
  return true;
}

function readInput(reader: WireReader, bounds: Bounds): InputFields {
  const input: InputFields = { name: '', datatype: '', shape: [], parameters: new Map(), contents: undefined };
  readNested(reader, (tag) => {
    if (tag === NAME) input.name = readText(reader);
    else if (tag === DATATYPE) input.datatype = readText(reader);
    else if (tag === SHAPE_PACKED) readShape(reader, input.shape, bounds);
    else if (tag === SHAPE_LONE) readSize(reader, input.shape, bounds);
    else if (tag === CONTENTS) readContents(reader, (input.contents ??= { values: new Map(), strings: [] }), bounds);
    else if (tag === INPUT_PARAMETER) {
      bounds.parts.add();
      readParameterEntry(reader, input.parameters);
    } else return false;
    return true;
  });
  return input;
}

function readShape(reader: WireReader, shape: number[], bounds: Bounds): void {
  const length = reader.uint32();
  const end = reader.pos + length;
  while (reader.pos < end) readSize(reader, shape, bounds);
  if (reader.pos > end) throw new RangeError('a dimension ends beyond its shape');
}

function readSize(reader: WireReader, shape: number[], { elements }: Bounds): void {
  elements.add();
  shape.push(readBoundedInt64(reader));
}

function readContents(reader: WireReader, { values, strings }: ContentsValues, { elements }: Bounds): void {
  readNested(reader, (tag) => {
    if (tag !== BYTES_CONTENTS) return readScalarField(reader, tag, { tags: CONTENTS_TAGS, values });
    elements.add();
    strings.push(reader.bytes());
    return true;
  });
}

function readOutput(reader: WireReader, bounds: Bounds): OutputFields {
  const output: OutputFields = { name: '', parameters: new Map() };
  readNested(reader, (tag) => {
    if (tag === NAME) output.name = readText(reader);
    else if (tag === OUTPUT_PARAMETER) {
      bounds.parts.add();
      readParameterEntry(reader, output.parameters);
    } else return false;
    return true;
  });
  return output;
}

function readParameterEntry(reader: WireReader, parameters: Parameters): void {
  let value: ReturnType<typeof readParameter>;
  const name = readMapEntry(reader, MAP_VALUE, () => (value = readParameter(reader)));
  parameters.set(name, value);
}
