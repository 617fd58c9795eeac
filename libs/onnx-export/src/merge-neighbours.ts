import type { Layer, LayerCall, LayersModel, TensorId } from './layers-model.js';

/** One layer that does what `first` and then `second` do, or undefined when there is none. */
export type MergeLayers = (first: Layer, second: Layer) => Layer | undefined;

/**
 * Replaces pairs of layers by one wherever a merge is found and nobody else sees what lies between: the tensor has one reader,
 * and neither layer is used a second time. A merged layer may merge again with the next. The given model is not changed.
 */
export function mergeNeighbours(model: LayersModel, merges: readonly MergeLayers[]): LayersModel {
  const reads = countEach([...model.calls.flatMap((call) => call.inputs), ...model.outputs.map((output) => output.tensor)]);
  const uses = countEach(model.calls.map((call) => call.layer.name));
  const calls = new Map<TensorId, LayerCall>();
  for (const call of model.calls) {
    const before = soleWriter(call);
    const merged = before && firstOf(merges, (merge) => merge(before.layer, call.layer));
    if (before !== undefined && merged !== undefined) calls.delete(before.output);
    calls.set(
      call.output,
      before === undefined || merged === undefined ? call : { layer: merged, inputs: before.inputs, output: call.output },
    );
  }
  return { ...model, calls: [...calls.values()] };

  function soleWriter(call: LayerCall): LayerCall | undefined {
    const [tensor] = call.inputs;
    if (tensor === undefined || call.inputs.length > 1 || reads.get(tensor) !== 1 || uses.get(call.layer.name) !== 1) return undefined;
    const writer = calls.get(tensor);
    return writer !== undefined && uses.get(writer.layer.name) === 1 ? writer : undefined;
  }
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function countEach<T>(items: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
