import { mnistSource } from '@switchyard/dataset-sources';
import type { LoadedModel } from '@switchyard/engine';
import { numericData, sliceRows, tensor, type Tensor } from '@switchyard/tensor';
import type { WireFormat } from '../formats/wire-format.js';
import { argMax } from './arg-max.js';
import type { Workload } from './workload.js';

export interface MnistRowsOptions {
  /** The model that is served, run here for the right answers. */
  readonly model: LoadedModel;
  readonly rowsPerRequest: number;
  /** Different requests; they are sent in turn, so that no cache answers and a mix-up of rows shows. */
  readonly requests: number;
  readonly format: WireFormat;
}

const DIGITS = 10;

/**
 * Images of MNIST's test set, pixels rounded to four decimals, in one of the formats that clients send.
 * An answer is right when each row names the digit the model names when it is run alone.
 */
export async function mnistRows({ model, rowsPerRequest, requests, format }: MnistRowsOptions): Promise<Workload> {
  const { heldOut } = await mnistSource().read();
  const images = roundToFourDecimals(sliceRows(heldOut.inputs, 0, rowsPerRequest * requests));
  const digits = await predictAlone(model, images);
  const indices = Array.from({ length: requests }, (_, index) => index);
  return {
    name: `${rowsPerRequest === 1 ? 'mnist-row' : `mnist-${rowsPerRequest}-rows`}, ${format.name}`,
    description: `MNIST, ${rowsPerRequest === 1 ? 'one row' : `${rowsPerRequest} rows`} per request, ${format.description}`,
    format,
    rowsPerRequest,
    requests: indices.map((index) => format.encode(sliceRows(images, index * rowsPerRequest, (index + 1) * rowsPerRequest))),
    problemWith: (request, body) => compareDigits(digits.slice(request * rowsPerRequest, (request + 1) * rowsPerRequest), format.readAnswers(Buffer.from(body), DIGITS)),
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

function compareDigits(expected: readonly number[], answers: readonly ArrayLike<number>[] | undefined): string | null {
  if (answers?.length !== expected.length) return `An answer holds ${answers?.length ?? 'no'} predictions; ${expected.length} are expected.`;
  const row = answers.findIndex((probabilities, index) => argMax(probabilities) !== expected[index]);
  if (row === -1) return null;
  return `Row ${row} of an answer names the digit ${argMax(answers[row] ?? [])}; the model run alone names ${expected[row]}.`;
}
