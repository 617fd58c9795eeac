import type { LoadedModel } from '@switchyard/engine';
import { tensor } from '@switchyard/tensor';
import type { WireFormat } from '../formats/wire-format.js';
import { classifiedRows } from './classified-rows.js';
import type { Workload } from './workload.js';

export interface FloatPicturesOptions {
  readonly modelName: string;
  /** The model that is served, run here for the right answers. */
  readonly model: LoadedModel;
  /** Of one picture. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Different pictures, one per request. */
  readonly requests: number;
  readonly format: WireFormat;
}

/** Steps of a pixel's four decimals. */
const LEVELS = 10_000;
/** A prime, so that pixels repeat late; and another that gives every picture colours of its own. */
const [STEP, COLOUR_STEP] = [7_919, 3_571];

/** Pictures as floats of four decimals, each mostly of one colour. */
export function floatPictures({ modelName, model, shape, requests, format }: FloatPicturesOptions): Promise<Workload> {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const data = Float32Array.from({ length: requests * size }, (_, index) => {
    const colour = ((Math.floor(index / size) * channels + (index % channels)) * COLOUR_STEP) % LEVELS;
    const noise = (index * STEP) % LEVELS;
    return Math.round((3 * colour + noise) / 4) / LEVELS;
  });
  const [name, description] = [`float-pictures, ${format.name}`, `a picture as ${height}×${width}×${channels} floats per request, ${format.description}`];
  return classifiedRows({ name, description, modelName, model, rows: tensor('float32', [requests, ...shape], data), rowsPerRequest: 1, format });
}
