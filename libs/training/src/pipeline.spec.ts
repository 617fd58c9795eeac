import { describe, expect, it } from '@jest/globals';
import { applyOverrides, pipelineSchema, trainingJobSchema } from './pipeline.js';

const least = { name: 'digits', model: 'digits', dataset: 'mnist', trainer: 'mnist-cnn', epochs: 3, batchSize: 64, learningRate: 0.01 };

describe('pipelineSchema', () => {
  it('fills in the gate of 97 % accuracy, the log and no schedule', () => {
    expect(pipelineSchema.parse(least)).toEqual({
      ...least, seed: 42, gate: { metric: 'accuracy', minimum: 0.97 }, schedule: null, notifications: [{ kind: 'log' }],
    });
  });

  it.each([
    ['a name that is no path segment', { name: '../digits' }],
    ['a fraction of an epoch', { epochs: 1.5 }],
    ['no rows in a batch', { batchSize: 0 }],
    ['a negative learning rate', { learningRate: -0.1 }],
    ['a gate above 1', { gate: { minimum: 97 } }],
    ['a schedule of six fields', { schedule: '0 0 2 * * 1' }],
    ['a webhook that is no web address', { notifications: [{ kind: 'webhook', url: 'file:///etc/passwd' }] }],
  ])('refuses %s', (_, change) => {
    expect(pipelineSchema.safeParse({ ...least, ...change }).success).toBe(false);
  });
});

describe('applyOverrides', () => {
  it('changes what the run overrides and nothing else', () => {
    const pipeline = pipelineSchema.parse(least);
    const { overrides } = trainingJobSchema.parse({ pipeline: 'digits', trigger: 'request', overrides: { epochs: 9 } });
    expect(applyOverrides(pipeline, { ...overrides, batchSize: undefined })).toEqual({ ...pipeline, epochs: 9 });
  });
});
