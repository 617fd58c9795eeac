import type { OutgoingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import { DEEP, DEEP_CLOSED, jsonTo, type BadRequest } from './bad-request.js';

const INFER = '/v2/models/simple_classifier/infer';
const MODEL = "model 'simple_classifier'";
const POINT = '{"name":"features","shape":[1,2],"datatype":"FP32","data":[1,2]}';

/** Name, body, and the whole sentence, or what it says, in Triton's words. */
type Case = readonly [name: string, body: string | Uint8Array, says: RegExp | string];

const SYNTAX: readonly Case[] = [
  ['no body', '', 'failed to parse the request JSON buffer: The document is empty. at 0'],
  ['only space', '  \n ', 'failed to parse the request JSON buffer: The document is empty. at 4'],
  ['a list cut short', '{"inputs": [', 'failed to parse the request JSON buffer: Invalid value. at 12'],
  ['a comma too many', `{"inputs": [${POINT}],}`, /Missing a name for object member\. at \d+$/],
  ['keys without quotes', '{inputs: []}', 'failed to parse the request JSON buffer: Missing a name for object member. at 1'],
  ['something after the document', `{"inputs": [${POINT}]} x`, /The document root must not be followed by other values\. at \d+$/],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80]), 'failed to parse the request JSON buffer: Invalid value. at 0'],
  ['100,000 brackets', DEEP, 'failed to parse the request JSON buffer: Values are nested deeper than 64 levels. at 65'],
  ['100,000 brackets, closed, as inputs', `{"inputs": ${DEEP_CLOSED}}`, /nested deeper than 64 levels/],
  ['100,000 brackets, closed, as data', inputs(POINT.replace('[1,2]}', `${DEEP_CLOSED}}`)), /nested deeper than 64 levels\. at \d+$/],
  ['XML', '<x/>', 'failed to parse the request JSON buffer: Invalid value. at 0'],
];

const DOCUMENT: readonly Case[] = [
  ['a list', '[1]', 'failed to parse the request JSON buffer: The document is no object. at 0'],
  ['null', 'null', 'failed to parse the request JSON buffer: The document is no object. at 0'],
  ['no inputs', '{}', "Unable to parse 'inputs': attempt to access non-existing object member 'inputs'"],
  ['inputs under __proto__', `{"__proto__": {"inputs": [${POINT}]}}`, "Unable to parse 'inputs': attempt to access non-existing object member 'inputs'"],
  ['inputs that are a number', '{"inputs": 1}', "Unable to parse 'inputs': attempt to access JSON non-array as array"],
  ['an input that is no object', '{"inputs": [1]}', "Unable to parse 'inputs': attempt to access JSON non-object as object"],
  ['none of the inputs', '{"inputs": []}', `expected 1 inputs but got 0 inputs for ${MODEL}. Got input(s) [], but missing required input(s) ['features']. Please provide all required input(s).`],
  ['an id that is no text', `{"id": 42, "inputs": [${POINT}]}`, "Unable to parse 'id': attempt to access JSON non-string as string"],
  ['a negative priority', `{"parameters": {"priority": -1}, "inputs": [${POINT}]}`, "Unable to parse 'priority': attempt to access JSON non-unsigned-integer as unsigned-integer"],
  ['a timeout that is a text', `{"parameters": {"timeout": "1"}, "inputs": [${POINT}]}`, "Unable to parse 'timeout': attempt to access JSON non-unsigned-integer as unsigned-integer"],
  ['a parameter that is a list', `{"parameters": {"own": []}, "inputs": [${POINT}]}`, "parameter 'own' has invalid type. It should be either 'int', 'bool', or 'string'."],
  ['an output the model has not', `{"inputs": [${POINT}], "outputs": [{"name": "nope"}]}`, `unexpected inference output 'nope' for ${MODEL}`],
  ['an output named __proto__', `{"inputs": [${POINT}], "outputs": [{"name": "__proto__"}]}`, `unexpected inference output '__proto__' for ${MODEL}`],
  ['a negative number of classes', `{"inputs": [${POINT}], "outputs": [{"name": "probability", "parameters": {"classification": -1}}]}`, "Unable to parse 'classification': attempt to access JSON non-unsigned-integer as unsigned-integer"],
];

const INPUTS: readonly Case[] = [
  ['an input without a name', inputs('{}'), "Unable to parse 'name': attempt to access non-existing object member 'name'"],
  ['an input the model has not', inputs(POINT.replace('features', 'nope')), `unexpected inference input 'nope' for ${MODEL}`],
  ['an input named __proto__', inputs(POINT.replace('features', '__proto__')), `unexpected inference input '__proto__' for ${MODEL}`],
  ['an input named constructor', inputs(POINT.replace('features', 'constructor')), `unexpected inference input 'constructor' for ${MODEL}`],
  ['an input twice', inputs(POINT, POINT), "input 'features' already exists in request"],
  ['another datatype', inputs(POINT.replace('FP32', 'INT64')), `inference input 'features' data-type is 'INT64', but ${MODEL} expects 'FP32'`],
  ['an unknown datatype', inputs(POINT.replace('FP32', 'BF16')), /^invalid datatype 'BF16' for input features; one of BOOL, .*, BYTES is expected$/],
  ['another shape', inputs(POINT.replace('[1,2],', '[1,3],').replace('[1,2]}', '[1,2,3]}')), `unexpected shape for input 'features' for ${MODEL}. Expected [-1,2], got [1,3]`],
  ['a shape too flat', inputs(POINT.replace('[1,2],', '[2],')), `unexpected shape for input 'features' for ${MODEL}. Expected [-1,2], got [2]`],
  ['a negative size', inputs(POINT.replace('[1,2],', '[-1,2],')), "Unable to parse 'shape': attempt to access JSON non-unsigned-integer as unsigned-integer"],
  ['a shape of too many elements', inputs(POINT.replace('[1,2],', '[4294967296,4294967296],')), 'invalid shape for input: shape [4294967296,4294967296] causes total element count to exceed maximum size of 9007199254740991'],
  ['a billion rows and two numbers', inputs(POINT.replace('[1,2],', '[1000000000,2],')), "Failed to parse 'data' field: shape does not match true shape"],
  ['no data', inputs('{"name":"features","shape":[1,2],"datatype":"FP32"}'), /But no field is set$/],
  ['too few elements', inputs(POINT.replace('[1,2]}', '[1]}')), "Failed to parse 'data' field: shape does not match true shape"],
  ['a text among numbers', inputs(POINT.replace('[1,2]}', '[1,"2"]}')), "Unable to parse 'data': attempt to access JSON non-number as double"],
  ['a number beyond FP32', inputs(POINT.replace('[1,2]}', '[1,1e39]}')), "Unable to parse 'data': 1e+39 is out of range for FP32"],
  ['NaN', inputs(POINT.replace('[1,2]}', '[NaN,2]}')), 'The input "features" holds NaN at element 0; only finite numbers are expected.'],
  ['binary data without the length of the JSON', inputs(POINT.replace('"data":[1,2]', '"parameters":{"binary_data_size":8}')), /^must specify valid 'Infer-Header-Content-Length'/],
];

const BINARY_JSON = inputs('{"name":"features","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}');
const RANGE = 'inference header size should be in range';

const HEADERS: readonly BadRequest[] = [
  binary('no number', 'x', 8, 'Unable to parse Inference-Header-Content-Length, got: x'),
  binary('nothing', '', 8, /^Unable to parse Inference-Header-Content-Length, got: $/),
  binary('a fraction', '1.5', 8, 'Unable to parse Inference-Header-Content-Length, got: 1.5'),
  binary('400 digits', '9'.repeat(400), 8, /^Unable to parse Inference-Header-Content-Length, got: 9+/),
  binary('below zero', '-1', 8, `${RANGE} (0, ${BINARY_JSON.length + 8}), got: -1`),
  binary('beyond the body', '99999', 8, `${RANGE} (0, ${BINARY_JSON.length + 8}), got: 99999`),
  binary('in the middle of the JSON', '10', 8, /^failed to parse the request JSON buffer: .* at \d+$/),
  binary('right, before a tensor cut short', String(BINARY_JSON.length), 7, `unexpected size for input 'features', expecting 1 additional bytes for ${MODEL}`),
  binary('right, before more than the tensor', String(BINARY_JSON.length), 9, `unexpected additional input data for ${MODEL}`),
  { name: 'a raw tensor of another size', path: INFER, body: Buffer.alloc(4), headers: { 'inference-header-content-length': '0' }, ...refusal(400, `input byte size mismatch for input 'features' for ${MODEL}. Expected 8, got 4`) },
];

const GOOD = inputs(POINT);
const ENCODINGS: readonly BadRequest[] = [
  typed('a content type that is none', GOOD, { 'content-type': 'nonsense' }, [415, /content-type of the request is no media type/]),
  typed('a form', 'x1=1&x2=2', { 'content-type': 'application/x-www-form-urlencoded' }, [400, /^failed to parse the request JSON buffer: .* at 0$/]),
  typed('an unknown content encoding', GOOD, { 'content-type': 'application/json', 'content-encoding': 'br' }, [400, /^The content-encoding "br" is not accepted/]),
  typed('what is not packed as it says', GOOD, { 'content-type': 'application/json', 'content-encoding': 'gzip' }, [400, /cannot be unpacked as gzip/]),
  typed('ten megabytes in ten kilobytes', gzipSync(Buffer.alloc(10_000_000, ' ')), { 'content-type': 'application/json', 'content-encoding': 'gzip' }, [413, /larger than the \d+ bytes that are accepted, once it is unpacked/]),
];

/** What is wrong with the body of an inference in the Open Inference Protocol, or with the headers that say how to read it. */
export const OPEN_INFERENCE_BODIES: readonly BadRequest[] = [
  ...[...SYNTAX, ...DOCUMENT, ...INPUTS].map(([name, body, says]) => ({ name, ...jsonTo(INFER, body), ...refusal(400, says) })),
  { name: 'an input in shared memory', ...jsonTo(INFER, inputs(POINT.replace('"data":[1,2]', '"parameters":{"shared_memory_region":"r"}'))), ...refusal(501, /^Shared memory is not supported/) },
  ...HEADERS,
  ...ENCODINGS,
];

function inputs(...all: readonly string[]): string {
  return `{"inputs":[${all.join(',')}]}`;
}

/** @param says the whole sentence, or what it must match */
function refusal(status: number, says: RegExp | string): Pick<BadRequest, 'status' | 'says'> {
  return { status, says: typeof says === 'string' ? new RegExp(`^${says.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) : says };
}

function binary(name: string, length: string, tensorBytes: number, says: RegExp | string): BadRequest {
  const body = Buffer.concat([Buffer.from(BINARY_JSON), Buffer.alloc(tensorBytes)]);
  return { name: `a length of the JSON that is ${name}`, path: INFER, body, headers: { 'inference-header-content-length': length }, ...refusal(400, says) };
}

function typed(name: string, body: string | Uint8Array, headers: OutgoingHttpHeaders, [status, says]: readonly [number, RegExp]): BadRequest {
  return { name, path: INFER, body, headers, status, says };
}
