import type { LoadedModel } from '@switchyard/engine';
import { numericData, sliceRows, type Tensor } from '@switchyard/tensor';
import type { WireFormat } from '../formats/wire-format.js';
import { argMax } from './arg-max.js';
import type { Workload } from './workload.js';

export interface ClassifiedRowsOptions extends Pick<Workload, 'name' | 'description'> {
  /** The name under which it is served. */
  readonly modelName: string;
  /** The model that is served, run here for the right answers. */
  readonly model: LoadedModel;
  /** As many rows as all requests together have. */
  readonly rows: Tensor;
  readonly rowsPerRequest: number;
  readonly format: WireFormat;
}

/** The same rows run by the model alone at once; more would take memory without being faster. */
const ROWS_PER_RUN = 256;

/** Rows for a classifier, so many in a request. An answer is right when each row names the class the model names when it is run alone. */
export async function classifiedRows({ name, description, modelName, model, rows, rowsPerRequest, format }: ClassifiedRowsOptions): Promise<Workload> {
  const { classes, width } = await classifyAlone(model, rows);
  const requests = Array.from({ length: Math.floor(classes.length / rowsPerRequest) }, (_, index) => [index * rowsPerRequest, (index + 1) * rowsPerRequest] as const);
  return {
    name,
    description,
    model: modelName,
    format,
    rowsPerRequest,
    requests: requests.map(([from, to]) => format.encode(sliceRows(rows, from, to))),
    problemWith: (request, body) => compareClasses(classes.slice(...(requests[request] ?? [0, 0])), format.readAnswers(Buffer.from(body), width)),
  };
}

/** @returns the class of each row, and how many classes there are */
async function classifyAlone(model: LoadedModel, rows: Tensor): Promise<{ classes: number[]; width: number }> {
  const count = rows.shape[0] ?? 0;
  const classes: number[] = [];
  let width = 0;
  for (let from = 0; from < count; from += ROWS_PER_RUN) {
    const outputs = await model.run(new Map([[model.signature.inputs[0]?.name ?? '', sliceRows(rows, from, Math.min(from + ROWS_PER_RUN, count))]]));
    const scores = [...outputs.values()][0] as Tensor;
    width = scores.shape[1] ?? 0;
    for (let row = 0; row < (scores.shape[0] ?? 0); row++) classes.push(argMax(numericData(sliceRows(scores, row, row + 1)) as Float32Array));
  }
  return { classes, width };
}

function compareClasses(expected: readonly number[], answers: readonly ArrayLike<number>[] | undefined): string | null {
  if (answers?.length !== expected.length) return `An answer holds ${answers?.length ?? 'no'} predictions; ${expected.length} are expected.`;
  const row = answers.findIndex((scores, index) => argMax(scores) !== expected[index]);
  if (row === -1) return null;
  return `Row ${row} of an answer names the class ${argMax(answers[row] ?? [])}; the model run alone names ${expected[row]}.`;
}
