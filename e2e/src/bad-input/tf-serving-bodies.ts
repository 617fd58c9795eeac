import { DEEP, DEEP_CLOSED, jsonTo, type BadRequest } from './bad-request.js';

const POINTS = '/v1/models/simple_classifier:predict';
const DIGITS = '/v1/models/mnist:predict';

/** Name, body, and what TF Serving's sentence about it says. */
type Case = readonly [name: string, body: string | Uint8Array, says: RegExp];

const SYNTAX: readonly Case[] = [
  ['no body', '', /document is empty/i],
  ['only space', '  \n ', /document is empty/i],
  ['an open brace', '{', /offset: 1/],
  ['a list cut short', '{"instances": [[1,2]', /offset: 20/],
  ['a comma too many', '{"instances": [[1,2]],}', /offset: 22/],
  ['no comma', '{"instances": [[1 2]]}', /comma/],
  ['keys without quotes', '{instances: [[1,2]]}', /name for object member/],
  ['single quotes', "{'instances': [[1,2]]}", /name for object member/],
  ['something after the document', '{"instances": [[1,2]]} x', /root must not be followed/],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80]), /offset: 0/],
  ['a zero byte inside', '{"instances": [[1,\0]]}', /offset: 18/],
  ['100,000 brackets', DEEP, /nested deeper than 64/],
  ['100,000 brackets, closed, as instances', `{"instances": ${DEEP_CLOSED}}`, /nested deeper than 64/],
  ['100,000 braces', '{"a":'.repeat(100_000), /nested deeper than 64/],
  ['a number of 400 digits', `{"instances": [[1,${'9'.repeat(400)}]]}`, /too big/],
  ['a number beyond double', '{"instances": [[1,1e999]]}', /too big/],
  ['a leading zero', '{"instances": [[1,02]]}', /offset: 18/],
  ['a hexadecimal number', '{"instances": [[1,0x2]]}', /comma or ]/],
];

const DOCUMENT: readonly Case[] = [
  ['a list', '[[1,2]]', /Is not object/],
  ['a number', '7', /7 Is not object/],
  ['null', 'null', /null Is not object/],
  ['a string', '"instances"', /Is not object/],
  ['an empty object', '{}', /Missing 'inputs' or 'instances' key/],
  ['instances under __proto__', '{"__proto__": {"instances": [[1,2]]}}', /Missing 'inputs' or 'instances' key/],
  ['both formats', '{"instances": [[1,2]], "inputs": [[1,2]]}', /only one of 'inputs' or 'instances'/],
  ['instances that are a number', '{"instances": 7}', /'instances' to be an list/],
  ['instances that are an object', '{"instances": {"features": [1,2]}}', /'instances' to be an list/],
  ['instances that are null', '{"instances": null}', /'instances' to be an list/],
  ['no instance', '{"instances": []}', /No values in 'instances'/],
  ['an unknown signature', '{"signature_name": "nope", "instances": [[1,2]]}', /nope/],
  ['a signature that is no name', '{"signature_name": 7, "instances": [[1,2]]}', /'signature_name' key must be a string/],
];

const ELEMENTS: readonly Case[] = [
  ['ragged rows', '{"instances": [[1,2],[3]]}', /element: 1 .*size: 2 but got: 1/],
  ['a row that is a number', '{"instances": [[1,2],3]}', /element: 1 /],
  ['rows too long', '{"instances": [[1,2,3]]}', /\[1,3\]; \[-1,2\] is expected/],
  ['rows too deep', '{"instances": [[[1,2]]]}', /\[1,1,2\]; \[-1,2\] is expected/],
  ['rows too flat', '{"instances": [1,2]}', /\[2\]; \[-1,2\] is expected/],
  ['empty rows', '{"instances": [[]]}', /\[1,0\]; \[-1,2\] is expected/],
  ['a string', '{"instances": [[1,"2"]]}', /"2" Type: String/],
  ['null in a row', '{"instances": [[1,null]]}', /null Type: Null/],
  ['a truth value', '{"instances": [[1,true]]}', /true Type: True/],
  ['an object in a row', '{"instances": [[1,{"a":1}]]}', /Type: Object/],
  ['a list in a row', '{"instances": [[1,[2]]]}', /unexpected level/],
  ['base64', '{"instances": [{"b64": "AAAA"}]}', /Type: Object/],
  ['a number beyond float32', '{"instances": [[1,1e39]]}', /1e\+?39.* without loss/],
  ['NaN', '{"instances": [[1,NaN]]}', /NaN at element 1; only finite/],
  ['Infinity', '{"instances": [[Infinity,1]]}', /Infinity at element 0; only finite/],
  ['-Infinity', '{"inputs": [[1,-Infinity]]}', /-Infinity at element 1; only finite/],
  ['an unknown input', '{"instances": [{"nope": [1,2]}]}', /nope/],
  ['an input named __proto__', '{"instances": [{"__proto__": [1,2]}]}', /__proto__/],
  ['an input named constructor', '{"instances": [{"constructor": [1,2]}]}', /constructor/],
  ['objects and lists', '{"instances": [[1,2],{"features": [1,2]}]}', /got object at item 1/],
  ['a column of another name', '{"inputs": {"nope": [[1,2]]}}', /Missing named input/],
  ['a column that is a string', '{"inputs": "x"}', /"x" Type: String/],
  ['a column without rows', '{"inputs": []}', /\[0\]; \[-1,2\] is expected/],
];

const IMAGES: readonly Case[] = [
  ['a flat digit', `{"instances": [[${'0,'.repeat(783)}0]]}`, /\[1,784\]; \[-1,28,28,1\] is expected/],
  ['a digit of one row', `{"instances": [[[${'[0],'.repeat(27)}[0]]]]}`, /\[1,1,28,1\]; \[-1,28,28,1\] is expected/],
  ['a digit without channels', `{"instances": [[${`[${'0,'.repeat(27)}0],`.repeat(27)}[${'0,'.repeat(27)}0]]]}`, /\[1,28,28\]; \[-1,28,28,1\] is expected/],
];

/** What is wrong with the body of a predict request in TF Serving's format: 400, whatever it is. */
export const TF_SERVING_BODIES: readonly BadRequest[] = [
  ...[...SYNTAX, ...DOCUMENT, ...ELEMENTS].map((one) => bad(POINTS, one)),
  ...IMAGES.map((one) => bad(DIGITS, one)),
];

function bad(path: string, [name, body, says]: Case): BadRequest {
  return { name, ...jsonTo(path, body), status: 400, says };
}
