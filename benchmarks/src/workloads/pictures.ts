import type { LoadedModel } from '@switchyard/engine';
import { decodeImage } from '@switchyard/image-sharp';
import type { Preprocessing } from '@switchyard/model-registry';
import { numericData, type Tensor } from '@switchyard/tensor';
import type { NamedClass, PictureFormat } from '../formats/picture-formats.js';
import { argMax } from './arg-max.js';
import type { Workload } from './workload.js';

export interface PicturesOptions {
  readonly modelName: string;
  /** The model that is served, run here for the right answers. */
  readonly model: LoadedModel;
  /** How pictures become its rows. */
  readonly preprocessing: Preprocessing;
  /** JPEG files; they are sent in turn. */
  readonly files: readonly Uint8Array[];
  readonly format: PictureFormat;
}

/** Two decoders of JPEG may differ by one level of a pixel, and so do scores. */
const TOLERATED_DIFFERENCE = 0.02;

/** Pictures to classify. An answer is right when it names the class, and nearly the score, that the model gives when it is run alone. */
export async function pictures({ modelName, model, preprocessing, files, format }: PicturesOptions): Promise<Workload> {
  const expected = await Promise.all(files.map((file) => classify(model, preprocessing, file)));
  return {
    name: `pictures, ${format.name}`,
    description: `${modelName}, one JPEG per request, ${format.description}`,
    model: modelName,
    format,
    rowsPerRequest: 1,
    requests: files.map((file) => format.encode(file)),
    problemWith: (request, body) => compare(expected[request] as NamedClass, format.readAnswer(body)),
  };
}

async function classify(model: LoadedModel, preprocessing: Preprocessing, file: Uint8Array): Promise<NamedClass> {
  const [spec] = model.signature.inputs;
  if (spec === undefined) throw new Error('A model without inputs was loaded. This is a bug.');
  const outputs = await model.run(new Map([[spec.name, await decodeImage(file, preprocessing, spec)]]));
  const scores = numericData([...outputs.values()][0] as Tensor) as Float32Array;
  const index = argMax(scores);
  return { index, score: scores[index] ?? NaN };
}

function compare(expected: NamedClass, answer: NamedClass | undefined): string | null {
  if (answer === undefined) return 'An answer names no class.';
  if (answer.index === expected.index && Math.abs(answer.score - expected.score) <= TOLERATED_DIFFERENCE) return null;
  return `An answer names the class ${answer.index} with ${answer.score.toFixed(4)}; the model run alone names ${expected.index} with ${expected.score.toFixed(4)}.`;
}
