import { nestedList } from './number-lists.js';
import type { WireFormat } from './wire-format.js';

/** TensorFlow Serving's REST predict, row format: nested lists (5 KB for a row of MNIST). */
export const tfServingJson: WireFormat = {
  name: 'tf-serving-json',
  description: 'TF Serving JSON',
  transport: 'http',
  encode: ({ data, shape }) => ({ contentType: 'application/json', body: Buffer.from(`{"instances":${nestedList(data as Float32Array, shape)}}`) }),
  readAnswers(body) {
    try {
      const { predictions } = JSON.parse(body.toString()) as { predictions?: number[][] };
      return Array.isArray(predictions) && predictions.every(Array.isArray) ? predictions : undefined;
    } catch {
      return undefined;
    }
  },
};
