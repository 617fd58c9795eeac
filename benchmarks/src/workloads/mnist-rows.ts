import { mnistSource } from '@switchyard/dataset-sources';
import type { LoadedModel } from '@switchyard/engine';
import { numericData, sliceRows, tensor, type Tensor } from '@switchyard/tensor';
import { argMax } from './arg-max.js';
import type { Workload } from './workload.js';

export interface MnistRowsOptions {
  /** The model that is served, run here for the right answers. */
  readonly model: LoadedModel;
  readonly rowsPerRequest: number;
  /** Different requests; they are sent in turn, so that no cache answers and a mix-up of rows shows. */
  readonly requests: number;
}

/**
 * Images of MNIST's test set as clients of TensorFlow Serving send them: JSON, nested lists `[28][28][1]`, four decimals (5 KB a row).
 * An answer is right when each row names the digit the model names when it is run alone.
 */
export async function mnistRows({ model, rowsPerRequest, requests }: MnistRowsOptions): Promise<Workload> {
  const { heldOut } = await mnistSource().read();
  const images = roundToFourDecimals(sliceRows(heldOut.inputs, 0, rowsPerRequest * requests));
  const digits = await predictAlone(model, images);
  const indices = Array.from({ length: requests }, (_, index) => index);
  return {
    name: rowsPerRequest === 1 ? 'mnist-row' : `mnist-${rowsPerRequest}-rows`,
    description: `MNIST, ${rowsPerRequest === 1 ? 'one row' : `${rowsPerRequest} rows`} per request, JSON`,
    rowsPerRequest,
    requests: indices.map((index) => ({ contentType: 'application/json', body: encode(sliceRows(images, index * rowsPerRequest, (index + 1) * rowsPerRequest)) })),
    problemWith: (request, body) => compareDigits(digits.slice(request * rowsPerRequest, (request + 1) * rowsPerRequest), body),
  };
}

function roundToFourDecimals({ dtype, shape, data }: Tensor): Tensor {
  return tensor(dtype, shape, (data as Float32Array).map((value) => Math.round(value * 10_000) / 10_000));
}

async function predictAlone(model: LoadedModel, images: Tensor): Promise<number[]> {
  const [input] = model.signature.inputs;
  const outputs = await model.run(new Map([[input?.name ?? '', images]]));
  const probabilities = [...outputs.values()][0] as Tensor;
  const rows = Array.from({ length: images.shape[0] ?? 0 }, (_, row) => sliceRows(probabilities, row, row + 1));
  return rows.map((row) => argMax(numericData(row) as Float32Array));
}

function encode(images: Tensor): Buffer {
  return Buffer.from(`{"instances":${nest(images.data as Float32Array, images.shape)}}`);
}

/** Written as most clients do: a zero is `0.0`. */
function nest(data: Float32Array, [size = 0, ...inner]: readonly number[]): string {
  const width = data.length / size;
  const parts = Array.from({ length: size }, (_, index) =>
    inner.length === 0 ? formatNumber(data[index] ?? NaN) : nest(data.subarray(index * width, (index + 1) * width), inner),
  );
  return `[${parts.join(',')}]`;
}

function formatNumber(value: number): string {
  const text = String(Math.round(value * 10_000) / 10_000);
  return text.includes('.') ? text : `${text}.0`;
}

function compareDigits(expected: readonly number[], body: Uint8Array): string | null {
  const predictions = readPredictions(body);
  if (predictions?.length !== expected.length) return `An answer holds ${predictions?.length ?? 'no'} predictions; ${expected.length} are expected.`;
  const row = predictions.findIndex((probabilities, index) => argMax(probabilities) !== expected[index]);
  if (row === -1) return null;
  return `Row ${row} of an answer names the digit ${argMax(predictions[row] ?? [])}; the model run alone names ${expected[row]}.`;
}

function readPredictions(body: Uint8Array): number[][] | undefined {
  try {
    const { predictions } = JSON.parse(Buffer.from(body).toString()) as { predictions?: number[][] };
    return Array.isArray(predictions) && predictions.every(Array.isArray) ? predictions : undefined;
  } catch {
    return undefined;
  }
}
