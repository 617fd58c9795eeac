import { describe, expect, it } from '@jest/globals';
import { ServingError, type ErrorKind } from '@switchyard/errors';
import type { Signature, TensorSpec, VersionChoice } from '@switchyard/model-registry';
import type { Dtype } from '@switchyard/tensor';
import { golden, goldenTensor, type GoldenTensor } from './testing/golden.js';
import { decodeExamples, encodeClassifications, encodeRegressions, errorStatus, parseCallPath, parseResourcePath, servableError, statusError } from './index.js';

type Method = 'classify' | 'regress';
type Named<Value> = Value & { readonly name: string };
type OutputSpec = Named<{ readonly dtype: Dtype; readonly shape: number[] }>;

interface GoldenExample {
  readonly name: string;
  readonly method: Method;
  readonly signatureName?: string;
  readonly labels?: string[];
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly Named<GoldenTensor & { readonly dtype: Dtype }>[];
  readonly body: string;
  readonly tensors: Readonly<Record<string, GoldenTensor>>;
  readonly response: string;
}

const open = (shape: readonly number[]): number[] => shape.map((size, dimension) => (dimension === 0 ? -1 : size));

describe('classify and regress calls of the published format', () => {
  it.each(golden<GoldenExample>('example-requests'))('$name', ({ method, signatureName = 'serving_default', labels = null, inputs, outputs, body, tensors, response }) => {
    const signature: Signature = { inputs: [...inputs], outputs: outputs.map(({ name, dtype, shape }) => ({ name, dtype, shape: open(shape), finite: false })) };
    const decoded = decodeExamples(Buffer.from(body), method, { signature, signatureName });
    expect([...decoded]).toEqual(inputs.map(({ name, dtype }) => [name, goldenTensor(dtype, tensors[name]!)]));
    const answers = new Map(outputs.map((output) => [output.name, goldenTensor(output.dtype, output)]));
    const encoded = method === 'classify' ? encodeClassifications(answers, { signature, labels }) : encodeRegressions(answers, { signature });
    expect(encoded.toString()).toBe(response);
  });
});

describe('refused classify and regress calls', () => {
  it.each(golden<{ name: string; method: Method; outputs?: OutputSpec[]; body: string; error: string }>('example-errors'))('$name', ({ method, outputs, body, error }) => {
    const x: TensorSpec = { name: 'x', dtype: 'float32', shape: [-1], finite: false };
    const signature: Signature = { inputs: [x], outputs: outputs?.map((spec) => ({ ...spec, finite: false })) ?? [{ ...x, name: 'y' }] };
    expect(() => decodeExamples(Buffer.from(body), method, { signature, signatureName: 'serving_default' })).toThrow(expect.objectContaining({ kind: 'invalid-input', message: error }));
  });
});

describe('paths of the published API', () => {
  it.each(golden<{ path: string; spec?: { choice?: VersionChoice }; error?: string }>('paths'))('$path', ({ path, spec, error }) => {
    const [method, url] = path.split(' ') as [string, string];
    const parse = (): unknown => (method === 'POST' ? parseCallPath(url) : parseResourcePath(url));
    if (error === undefined) expect(parse()).toEqual({ choice: undefined, ...spec });
    else expect(parse).toThrow(expect.objectContaining({ kind: 'invalid-input', message: error }));
  });
});

describe('what is not there, in TensorFlow Serving’s words', () => {
  it.each(golden<{ name: string; spec: { name: string; choice?: VersionChoice }; kind: ErrorKind; call: string; status: string; codes: number[] }>('not-found'))('$name', ({ spec, kind, call, status, codes }) => {
    const given = new ServingError(kind, 'in our own words');
    const told = [servableError, statusError].map((translate) => translate(given, { choice: undefined, ...spec }) as ServingError);
    expect(told.map(({ message }) => message)).toEqual([call, status]);
    expect(told.map((error) => errorStatus[error.kind])).toEqual(codes);
  });

  it('leaves other errors as they are', () => {
    const error = new ServingError('model-not-ready', 'It is being loaded.');
    expect([servableError, statusError].map((translate) => translate(error, { name: 'm', choice: undefined }))).toEqual([error, error]);
  });
});
