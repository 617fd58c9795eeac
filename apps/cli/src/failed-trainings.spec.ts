import { describe, expect, it } from '@jest/globals';
import { FailedTrainings } from './failed-trainings.js';

describe('FailedTrainings', () => {
  it('knows why the last run of a model published nothing', () => {
    const failed = new FailedTrainings();
    failed.note({ level: 30, msg: 'training.ended', model: 'mnist', status: 'rejected', reason: 'accuracy 0.9100 is below 0.9700' });
    expect(failed.reasonFor('mnist')).toBe('accuracy 0.9100 is below 0.9700');
    expect(failed.reasonFor('simple_classifier')).toBeUndefined();
    failed.note({ level: 30, msg: 'training.ended', model: 'mnist', status: 'succeeded', reason: null });
    expect(failed.reasonFor('mnist')).toBeUndefined();
  });
});
