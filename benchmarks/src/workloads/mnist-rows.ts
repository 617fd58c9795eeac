import { mnistSource } from '@switchyard/dataset-sources';
import type { LoadedModel } from '@switchyard/engine';
import { sliceRows, tensor, type Tensor } from '@switchyard/tensor';
import type { WireFormat } from '../formats/wire-format.js';
import { classifiedRows } from './classified-rows.js';
import type { Workload } from './workload.js';

export interface MnistRowsOptions {
  /** The model that is served, run here for the right answers. */
  readonly model: LoadedModel;
  readonly rowsPerRequest: number;
  /** Different requests; they are sent in turn, so that no cache answers and a mix-up of rows shows. */
  readonly requests: number;
  readonly format: WireFormat;
}

const MNIST = 'mnist';

/** Images of MNIST's test set, pixels rounded to four decimals, in one of the formats that clients send. */
export async function mnistRows({ model, rowsPerRequest, requests, format }: MnistRowsOptions): Promise<Workload> {
  const { heldOut } = await mnistSource().read();
  return classifiedRows({
    name: `${rowsPerRequest === 1 ? 'mnist-row' : `mnist-${rowsPerRequest}-rows`}, ${format.name}`,
    description: `MNIST, ${rowsPerRequest === 1 ? 'one row' : `${rowsPerRequest} rows`} per request, ${format.description}`,
    modelName: MNIST,
    model,
    rows: roundToFourDecimals(sliceRows(heldOut.inputs, 0, rowsPerRequest * requests)),
    rowsPerRequest,
    format,
  });
}

function roundToFourDecimals({ dtype, shape, data }: Tensor): Tensor {
  return tensor(dtype, shape, (data as Float32Array).map((value) => Math.round(value * 10_000) / 10_000));
}
