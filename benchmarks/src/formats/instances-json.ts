import { tfServingJson } from './tf-serving-json.js';
import type { WireFormat } from './wire-format.js';

/** `{"instances": …}` as BentoML takes an argument of that name; the answer is the bare list. */
export const instancesJson: WireFormat = {
  ...tfServingJson,
  name: 'instances-json',
  description: 'JSON with an argument "instances"',
  readAnswers(body) {
    try {
      const predictions = JSON.parse(body.toString()) as unknown;
      return Array.isArray(predictions) && predictions.every(Array.isArray) ? (predictions as number[][]) : undefined;
    } catch {
      return undefined;
    }
  },
};
