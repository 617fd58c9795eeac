import { nestedList } from './number-lists.js';
import { bytesOf, floatsOf, rowsOf, type ServedModel, type WireFormat } from './wire-format.js';

/** Open Inference v2 over REST: `data` as one flat list. */
export function openInferenceJson({ inputName }: ServedModel): WireFormat {
  return {
    name: 'open-inference-json',
    description: 'Open Inference JSON',
    transport: 'http',
    encode({ data, shape }) {
      const values = nestedList(data as Float32Array, [data.length]);
      return { contentType: 'application/json', body: Buffer.from(`{"inputs":[{"name":"${inputName}","shape":[${shape.join(',')}],"datatype":"FP32","data":${values}}]}`) };
    },
    readAnswers(body, classes) {
      try {
        const { outputs } = JSON.parse(body.toString()) as { outputs?: { data: number[] }[] };
        return outputs?.[0] === undefined ? undefined : rowsOf(Float32Array.from(outputs[0].data), classes);
      } catch {
        return undefined;
      }
    },
  };
}

/** The same with the binary tensor extension, in both directions: JSON, then the elements. */
export function openInferenceBinary({ inputName }: ServedModel): WireFormat {
  return {
    name: 'open-inference-binary',
    description: 'Open Inference binary',
    transport: 'http',
    encode(images) {
      const bytes = bytesOf(images);
      const input = { name: inputName, shape: images.shape, datatype: 'FP32', parameters: { binary_data_size: bytes.byteLength } };
      const header = Buffer.from(JSON.stringify({ inputs: [input], parameters: { binary_data_output: true } }));
      return {
        contentType: 'application/octet-stream',
        headers: { 'Inference-Header-Content-Length': String(header.byteLength) },
        body: Buffer.concat([header, bytes]),
      };
    },
    /** The JSON says how many bytes follow it. */
    readAnswers(body, classes) {
      const size = Number(/"binary_data_size":\s*(\d+)/.exec(body.toString('latin1'))?.[1] ?? NaN);
      return size > 0 && size < body.byteLength ? rowsOf(floatsOf(body.subarray(body.byteLength - size)), classes) : undefined;
    },
  };
}
