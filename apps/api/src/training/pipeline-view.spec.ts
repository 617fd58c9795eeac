import { describe, expect, it } from '@jest/globals';
import { pipelineSchema } from '@switchyard/training';
import { pipelineView } from './pipeline-view.js';

describe('pipelineView', () => {
  it('shows of a webhook where it leads, and nothing of what it is secured by', () => {
    const url = 'https://user:secret@hooks.example.com:8443/services/T0/B0/token?key=secret#part';
    const pipeline = pipelineSchema.parse({ name: 'p', model: 'm', dataset: 'd', trainer: 'digit-cnn', epochs: 1, batchSize: 32, learningRate: 0.1, gate: { metric: 'accuracy', minimum: 0.9 }, notifications: [{ kind: 'log' }, { kind: 'webhook', url }] });
    expect(pipelineView(pipeline)).toEqual({ ...pipeline, notifications: [{ kind: 'log' }, { kind: 'webhook', url: 'https://hooks.example.com:8443' }] });
  });
});
