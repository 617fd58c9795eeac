import { describe, expect, it } from '@jest/globals';
import { exampleCall } from './example-call.js';

const of = { apiUrl: 'http://yard', name: 'm', takesImages: false };

describe('exampleCall', () => {
  it('sends a picture to a model that takes pictures', () => {
    expect(exampleCall({ ...of, inputs: [], takesImages: true })).toBe("curl -s -F file=@photo.jpg 'http://yard/predict?model=m'");
  });

  it('sends zeros in the shape of one row, by name where there are several inputs', () => {
    const x = { name: 'x', dtype: 'float32', shape: [-1, 2, 2] };
    expect(exampleCall({ ...of, inputs: [x] })).toBe(`curl -s http://yard/v1/models/m:predict -d '{"instances":[[[0,0],[0,0]]]}'`);
    expect(exampleCall({ ...of, inputs: [{ ...x, shape: [-1, -1] }, { name: 't', dtype: 'string', shape: [-1] }] })).toBe(
      `curl -s http://yard/v1/models/m:predict -d '{"instances":[{"x":[0],"t":"text"}]}'`,
    );
  });

  it('asks what a model takes whose rows nobody would type', () => {
    expect(exampleCall({ ...of, inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 224, 224, 3] }] })).toBe('curl -s http://yard/v1/models/m/metadata');
  });
});
