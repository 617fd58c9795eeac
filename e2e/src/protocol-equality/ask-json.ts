import type { Dtype, Tensor } from '@switchyard/tensor';
import { sendPlain } from '../stack/plain-http.js';
import type { Ask, Question } from './asking.js';
import { elementTexts, parseExactly, rowTexts } from './exact-json.js';
import { WIRE_TYPES, fromWire, type WireValue } from './wire-values.js';

const JOB_WAIT_SECONDS = 10;

type Row = readonly WireValue[];
interface Answer {
  readonly predictions?: readonly (Row | Readonly<Record<string, Row>>)[];
  readonly outputs?: readonly Row[] | Readonly<Record<string, readonly Row[]>>;
}

/** TensorFlow Serving's REST API, row by row. */
export const askTfRows: Ask = async (question) => {
  const answer = await post<Answer>(question.stack.tfServingUrl, `/v1/models/${question.model}:predict`, `{"instances":${instancesText(question)}}`);
  return readRows(answer, question);
};

/** The same, input by input. */
export const askTfColumns: Ask = async (question) => {
  const { outputs } = await post<Answer>(question.stack.tfServingUrl, `/v1/models/${question.model}:predict`, `{"inputs":${columnsText(question)}}`);
  const rowsOf = (dtype: Dtype): readonly Row[] => (Array.isArray(outputs) ? outputs : (outputs as Readonly<Record<string, readonly Row[]>>)[`${dtype}_out`]!);
  return byDtype(question, (dtype) => rowsOf(dtype));
};

/** `POST /predict` with JSON. */
export const askPredict: Ask = async (question) => {
  const answer = await post<Answer>(question.stack.httpUrl, `/predict?model=${question.model}`, `{"instances":${instancesText(question)}}`);
  return readRows(answer, question);
};

/** `POST /jobs`, and its result once it has ended. */
export const askJob: Ask = async (question) => {
  const { id } = await post<{ id: string }>(question.stack.httpUrl, '/jobs', `{"model":"${question.model}","instances":${instancesText(question)}}`);
  const { text } = await sendPlain(question.stack.httpUrl, { method: 'GET', path: `/jobs/${id}?wait=${JOB_WAIT_SECONDS}` });
  const { status, result } = parseExactly(text) as { status: string; result: Answer };
  if (status !== 'succeeded') throw new Error(`The job is ${status}: ${text}`);
  return readRows(result, question);
};

/** Open Inference over REST, all of it JSON. */
export const askInferJson: Ask = async (question) => {
  const inputs = question.inputs.map((input) => `{"name":"${input.dtype}_in","datatype":"${WIRE_TYPES[input.dtype].triton}","shape":[${input.shape.join(',')}],"data":[${elementTexts(input).join(',')}]}`);
  const { outputs } = await post<{ outputs: readonly { name: string; shape: number[]; data: Row }[] }>(question.stack.httpUrl, `/v2/models/${question.model}/infer`, `{"inputs":[${inputs.join(',')}]}`);
  return new Map(question.inputs.map(({ dtype }) => {
    const { shape, data } = outputs.find(({ name }) => name === `${dtype}_out`)!;
    return [dtype, fromWire(dtype, shape, data)];
  }));
};

async function post<Body>(url: string, path: string, body: string): Promise<Body> {
  const { status, text } = await sendPlain(url, { path, body, headers: { 'content-type': 'application/json' } });
  if (status !== 200 && status !== 202) throw new Error(`${status} ${text}`);
  return parseExactly(text) as Body;
}

/** A model of one input is given it bare, others by name. */
function instancesText({ inputs }: Question): string {
  const [first] = inputs;
  if (inputs.length === 1) return `[${rowTexts(first!).join(',')}]`;
  const columns = inputs.map((input) => ({ name: `${input.dtype}_in`, rows: rowTexts(input) }));
  return `[${rowTexts(first!).map((_, row) => `{${columns.map(({ name, rows }) => `"${name}":${rows[row]}`).join(',')}}`).join(',')}]`;
}

function columnsText({ inputs }: Question): string {
  const texts = inputs.map((input) => ({ name: `${input.dtype}_in`, text: `[${rowTexts(input).join(',')}]` }));
  return texts.length === 1 ? texts[0]!.text : `{${texts.map(({ name, text }) => `"${name}":${text}`).join(',')}}`;
}

function readRows({ predictions }: Answer, question: Question): ReadonlyMap<Dtype, Tensor> {
  return byDtype(question, (dtype) => predictions!.map((row) => (Array.isArray(row) ? (row as Row) : (row as Readonly<Record<string, Row>>)[`${dtype}_out`]!)));
}

function byDtype({ inputs }: Question, rowsOf: (dtype: Dtype) => readonly Row[]): ReadonlyMap<Dtype, Tensor> {
  return new Map(inputs.map(({ dtype }) => {
    const rows = rowsOf(dtype);
    return [dtype, fromWire(dtype, [rows.length, rows[0]!.length], rows.flat())];
  }));
}
