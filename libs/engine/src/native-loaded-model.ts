import { ServingError, toServingError } from '@switchyard/errors';
import { formatShape, rowCount, type Shape, type Tensor, type TensorMap } from '@switchyard/tensor';
import type { Signature, TensorSpec } from '@switchyard/model-registry';
import type { LoadedModel } from './engine.js';
import type { NativeModel } from './define-engine.js';

interface NativeLoadedModelOptions {
  readonly name: string;
  readonly native: NativeModel;
  readonly signature: Signature;
  readonly maxConcurrentRuns: number;
  readonly onDispose: () => void;
}

/** A `LoadedModel` around a native one: names its errors, orders its outputs, and releases it once, after the last run. */
export class NativeLoadedModel implements LoadedModel {
  readonly signature: Signature;
  readonly maxConcurrentRuns: number;
  readonly #name: string;
  readonly #native: NativeModel;
  readonly #onDispose: () => void;
  #runsInFlight = 0;
  #onIdle: (() => void) | undefined;
  #disposing: Promise<void> | undefined;

  constructor(options: NativeLoadedModelOptions) {
    this.signature = options.signature;
    this.maxConcurrentRuns = options.maxConcurrentRuns;
    this.#name = options.name;
    this.#native = options.native;
    this.#onDispose = options.onDispose;
  }

  async run(inputs: TensorMap): Promise<TensorMap> {
    if (this.#disposing !== undefined) throw new ServingError('engine-failed', 'The model was disposed and runs no more.');
    this.#runsInFlight += 1;
    try {
      return this.#ordered(await this.#native.run(inputs), rowCount(inputs));
    } catch (thrown) {
      throw toServingError(
        thrown,
        'engine-failed',
        `The ${this.#name} engine failed on a batch with inputs ${describe(inputs)}; the log has its own words.`,
      );
    } finally {
      this.#runsInFlight -= 1;
      if (this.#runsInFlight === 0) this.#onIdle?.();
    }
  }

  dispose(): Promise<void> {
    this.#disposing ??= this.#release();
    return this.#disposing;
  }

  async #release(): Promise<void> {
    if (this.#runsInFlight > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#onDispose();
    await this.#native.release();
  }

  #ordered(outputs: TensorMap, rows: number): TensorMap {
    return new Map(this.signature.outputs.map((spec) => [spec.name, checkedOutput(spec, outputs.get(spec.name), rows)]));
  }
}

function checkedOutput(spec: TensorSpec, output: Tensor | undefined, rows: number): Tensor {
  if (output !== undefined && output.dtype === spec.dtype && fits(output.shape, spec, rows)) return output;
  const actual = output === undefined ? 'nothing' : `${output.dtype}${formatShape(output.shape)}`;
  throw new ServingError(
    'engine-failed',
    `The model answered ${rows} rows with ${actual} as output "${spec.name}"; its signature promises ${spec.dtype}${formatShape(spec.shape)}, one row for each.`,
  );
}

function fits(shape: Shape, spec: TensorSpec, rows: number): boolean {
  if (spec.openRank === true) return shape[0] === rows;
  const specified = [rows, ...spec.shape.slice(1)];
  return shape.length === specified.length && specified.every((size, index) => size === -1 || size === shape[index]);
}

function describe(inputs: TensorMap): string {
  return [...inputs].map(([name, of]) => `"${name}" ${of.dtype}${formatShape(of.shape)}`).join(', ');
}
