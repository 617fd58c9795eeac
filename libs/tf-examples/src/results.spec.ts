import { describe, expect, it } from '@jest/globals';
import type { Signature, TensorSpec } from '@switchyard/model-registry';
import { tensor, type Dtype, type Tensor } from '@switchyard/tensor';
import { assertClassifies, assertRegresses, toClassifications, toRegressions } from './index.js';

const spec = (name: string, dtype: Dtype, shape: number[]): TensorSpec => ({ name, dtype, shape, finite: false });
const signatureOf = (...outputs: TensorSpec[]): Signature => ({ inputs: [spec('x', 'float32', [-1])], outputs });
const scores = tensor('float32', [2, 2], Float32Array.of(0.25, 0.75, 0.5, 0.5));
const words = tensor('string', [2, 2], ['cat', 'dog', 'dog', 'cat'].map((text) => Buffer.from(text)));
const outputsOf = (tensors: Record<string, Tensor>): Map<string, Tensor> => new Map(Object.entries(tensors));

describe('toClassifications', () => {
  const both = signatureOf(spec('classes', 'string', [-1, 2]), spec('scores', 'float32', [-1, 2]));

  it.each([
    ['scores and classes', both, { scores, classes: words }, [[['cat', 0.25], ['dog', 0.75]], [['dog', 0.5], ['cat', 0.5]]]],
    ['classes alone', signatureOf(both.outputs[0]!), { classes: words }, [[['cat', 0], ['dog', 0]], [['dog', 0], ['cat', 0]]]],
    ['one output of probabilities', signatureOf(spec('probabilities', 'float32', [-1, 2])), { probabilities: scores }, [[['', 0.25], ['', 0.75]], [['', 0.5], ['', 0.5]]]],
    ['scores beside another output', signatureOf(spec('logits', 'float32', [-1, 2]), both.outputs[1]!), { scores, logits: words }, [[['', 0.25], ['', 0.75]], [['', 0.5], ['', 0.5]]]],
  ] as const)('reads %s', (_, signature, tensors, expected) => {
    assertClassifies(signature);
    const classified = toClassifications(outputsOf(tensors), { signature, labels: null });
    expect(classified.map((row) => row.map(({ label, score }) => [label, score]))).toEqual(expected);
  });

  it('labels scores by the position of their class', () => {
    const signature = signatureOf(both.outputs[1]!);
    expect(toClassifications(outputsOf({ scores }), { signature, labels: ['no', 'yes'] })[1]).toEqual([{ label: 'no', score: 0.5 }, { label: 'yes', score: 0.5 }]);
  });

  it('tells both classes of a model that gives the probability of the second', () => {
    const signature = signatureOf(spec('p', 'float32', [-1, 1]));
    const outputs = outputsOf({ p: tensor('float32', [2, 1], Float32Array.of(0.25, 1)) });
    expect(toClassifications(outputs, { signature, labels: ['no', 'yes'] })).toEqual([
      [{ label: 'no', score: 0.75 }, { label: 'yes', score: 0.25 }],
      [{ label: 'no', score: 0 }, { label: 'yes', score: 1 }],
    ]);
    expect(toClassifications(outputs, { signature, labels: null })).toEqual([[{ label: '', score: 0.25 }], [{ label: '', score: 1 }]]);
  });

  it('refuses outputs that disagree about the number of classes', () => {
    const classes = tensor('string', [2, 1], [Buffer.from('a'), Buffer.from('b')]);
    expect(() => toClassifications(outputsOf({ scores, classes }), { signature: both, labels: null })).toThrow(expect.objectContaining({ kind: 'engine-failed', message: 'Tensors class and score should match in dim_size(1). Got 1 vs. 2' }));
  });

  it.each([
    [[spec('a', 'float32', [-1, 2]), spec('b', 'float32', [-1, 2])], 'Expected classification signature outputs to contain at least one of "classes" or "scores". Signature was: a, b'],
    [[spec('a', 'int64', [-1, 2])], 'Expected classification signature outputs to contain at least one of "classes" or "scores". Signature was: a'],
    [[spec('scores', 'int64', [-1, 2])], 'Expected scores Tensor of DT_FLOAT. Got: int64'],
    [[spec('classes', 'int64', [-1, 2])], 'Expected classes Tensor of DT_STRING. Got: int64'],
    [[spec('scores', 'float32', [-1])], 'Expected Tensor shape: [batch_size num_classes] but got [-1]'],
    [[spec('image', 'float32', [-1, 28, 28])], 'Expected Tensor shape: [batch_size num_classes] but got [-1,28,28]'],
  ])('does not take %j for classes', (outputs, message) => {
    expect(() => assertClassifies(signatureOf(...outputs))).toThrow(expect.objectContaining({ kind: 'invalid-input', message }));
  });
});

describe('toRegressions', () => {
  it.each([[[2]], [[2, 1]]])('reads one value a row from an output of shape %j', (shape) => {
    const signature = signatureOf(spec('y', 'float32', shape.map((size, index) => (index === 0 ? -1 : size))));
    assertRegresses(signature);
    expect(toRegressions(outputsOf({ y: tensor('float32', shape, Float32Array.of(2.5, 3)) }), signature)).toEqual([2.5, 3]);
  });

  it('prefers the output named outputs', () => {
    const signature = signatureOf(spec('hidden', 'float32', [-1, 9]), spec('outputs', 'float32', [-1]));
    assertRegresses(signature);
    expect(toRegressions(outputsOf({ outputs: tensor('float32', [1], Float32Array.of(7)) }), signature)).toEqual([7]);
  });

  it.each([
    [[spec('y', 'float32', [-1, 2])], 'Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got [-1,2]'],
    [[spec('y', 'string', [-1])], 'Expected output Tensor of DT_FLOAT.  Got: string'],
    [[spec('a', 'float32', [-1]), spec('b', 'float32', [-1])], 'No regression outputs found in SignatureDef: a, b'],
  ])('does not take %j for a regression', (outputs, message) => {
    expect(() => assertRegresses(signatureOf(...outputs))).toThrow(expect.objectContaining({ kind: 'invalid-input', message }));
  });
});
