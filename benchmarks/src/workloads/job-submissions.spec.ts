import { describe, expect, it } from '@jest/globals';
import { tfServingJson } from '../formats/tf-serving-json.js';
import { jobIdOf, jobSubmissions } from './job-submissions.js';
import type { Workload } from './workload.js';

const ID = '0d0f2ae3-7dcb-4a8e-9b0a-3f2f3b1f9d11';
const rows: Workload = {
  name: 'rows',
  description: 'rows',
  model: 'mnist',
  format: tfServingJson,
  rowsPerRequest: 2,
  requests: [{ contentType: 'application/json', body: Buffer.from('{"instances":[[1.5],[2.5]]}') }],
  problemWith: () => null,
};

describe('jobSubmissions', () => {
  it('ask for the same rows as jobs', () => {
    const { requests, model, rowsPerRequest } = jobSubmissions(rows, 'bulk');
    expect(JSON.parse(Buffer.from(requests[0]?.body ?? []).toString())).toEqual({ model: 'mnist', priority: 'bulk', instances: [[1.5], [2.5]] });
    expect({ model, rowsPerRequest }).toEqual({ model: 'mnist', rowsPerRequest: 2 });
  });

  it('take an answer that names a job', () => {
    const { problemWith } = jobSubmissions(rows, 'normal');
    expect(problemWith(0, Buffer.from(`{"id":"${ID}","status":"queued"}`))).toBeNull();
    expect(problemWith(0, Buffer.from('{"error":"full"}'))).toBe('A submission was answered with {"error":"full"}.');
    expect(jobIdOf(Buffer.from(`{"id":"${ID}","status":"queued"}`))).toBe(ID);
  });
});
