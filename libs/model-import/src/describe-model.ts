import type { InspectedModel } from '@switchyard/engine';
import type { ModelFormat, Signature } from '@switchyard/model-registry';

const FORMAT_NAMES: Readonly<Record<ModelFormat, string>> = {
  onnx: 'An ONNX model', 'tfjs-layers': 'A TensorFlow.js layers model', 'tfjs-graph': 'A TensorFlow.js graph model', 'saved-model': 'A SavedModel',
};

/** `An ONNX model: "input" float32[?,3,224,224] → "logits" float32[?,1000].`; `[?,…]` where even the rank is open. */
export function describeModel({ format, signatures, fixedRows }: InspectedModel, { inputs, outputs }: Signature): string {
  const rows = fixedRows === null ? '' : `, ${fixedRows} ${fixedRows === 1 ? 'row' : 'rows'} at a time`;
  const others = signatures.length === 1 ? '' : ` (signatures: ${signatures.map(({ name }) => `"${name}"`).join(', ')})`;
  return `${FORMAT_NAMES[format]}: ${tensors(inputs)} → ${tensors(outputs)}${rows}${others}.`;
}

export function inMegabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toPrecision(3)} MB`;
}

function tensors(specs: Signature['inputs']): string {
  return specs.map(({ name, dtype, shape, openRank }) => `"${name}" ${dtype}[${[...shape.map((size) => (size === -1 ? '?' : size)), ...(openRank ? ['…'] : [])].join(',')}]`).join(', ');
}
