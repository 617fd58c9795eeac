import {
  ATTRIBUTE_TYPES,
  ELEMENT_TYPES,
  type AttributeProto,
  type Dimension,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './onnx-proto.js';

/** The name of the batch dimension, whose size is known only at run time. */
const BATCH_DIMENSION = 'N';

/** ONNX tells whole numbers from real ones; JavaScript does not, so each attribute says which it is. */
export type AttributeValue =
  { readonly int: number } | { readonly ints: readonly number[] } | { readonly float: number } | { readonly text: string };

/** One operator of the ONNX standard, with a single output. */
export interface Operation {
  /** Operator of opset 17: https://github.com/onnx/onnx/blob/v1.12.0/docs/Operators.md */
  readonly type: string;
  /** The layer it stems from; nodes and tensors are named after it. */
  readonly layer: string;
  /** Names of tensors; an empty name leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** Collects the nodes and constants of one ONNX graph and gives every tensor a name of its own. Tensors are float32 with a leading batch dimension. */
export class GraphBuilder {
  readonly #names: Set<string>;
  readonly #nodes: NodeProto[] = [];
  readonly #constants: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #memo = new Map<string, string>();

  /** @param reservedNames of the graph's inputs and outputs, which no inner tensor may take. */
  constructor(reservedNames: readonly string[]) {
    this.#names = new Set(reservedNames);
  }

  /** Declares a graph input under a reserved name; `rowShape` leaves the batch dimension out. */
  addInput(name: string, rowShape: readonly number[]): string {
    this.#inputs.push(valueInfo(name, rowShape));
    return name;
  }

  /** Adds one operator and returns the name of what it computes. */
  addNode({ type, layer, inputs, attributes = {} }: Operation): string {
    const name = this.#unique(`${layer}/${type}`);
    this.#nodes.push({ name, opType: type, input: inputs, output: [name], attribute: Object.entries(attributes).map(attributeProto) });
    return name;
  }

  /** Adds a float32 constant. The data is not copied and must stay as it is until the graph is encoded. */
  addFloats(name: string, shape: readonly number[], data: Float32Array): string {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return this.#constant({ name, dataType: ELEMENT_TYPES.float, dims: shape, rawData });
  }

  /** Adds one float32 number. */
  addFloat(name: string, value: number): string {
    return this.addFloats(name, [], Float32Array.of(value));
  }

  /** Adds a list of int64, as shapes, axes and pads are given. */
  addIntegers(name: string, values: readonly number[]): string {
    const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.#constant({ name, dataType: ELEMENT_TYPES.int64, dims: [values.length], rawData });
  }

  /** What `make` returned the first time for `key`: several layers may need one tensor in the same other form. */
  once(key: string, make: () => string): string {
    const known = this.#memo.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#memo.set(key, made);
    return made;
  }

  /** Declares what `tensor` holds as the graph output `name`: through an Identity, since one tensor may be several outputs. onnxruntime removes it. */
  addOutput(name: string, tensor: string, rowShape: readonly number[]): void {
    this.#nodes.push({ name: `${name}/output`, opType: 'Identity', input: [tensor], output: [name], attribute: [] });
    this.#outputs.push(valueInfo(name, rowShape));
  }

  build(graphName: string): GraphProto {
    return { name: graphName, node: this.#nodes, initializer: this.#constants, input: this.#inputs, output: this.#outputs };
  }

  #constant(constant: TensorProto): string {
    const name = this.#unique(constant.name);
    this.#constants.push({ ...constant, name });
    return name;
  }

  #unique(wanted: string): string {
    let name = wanted;
    for (let copy = 2; this.#names.has(name); copy++) name = `${wanted}_${copy}`;
    this.#names.add(name);
    return name;
  }
}

function attributeProto([name, value]: [string, AttributeValue]): AttributeProto {
  if ('int' in value) return { name, type: ATTRIBUTE_TYPES.int, i: value.int };
  if ('ints' in value) return { name, type: ATTRIBUTE_TYPES.ints, ints: value.ints };
  if ('float' in value) return { name, type: ATTRIBUTE_TYPES.float, f: value.float };
  return { name, type: ATTRIBUTE_TYPES.string, s: new TextEncoder().encode(value.text) };
}

function valueInfo(name: string, rowShape: readonly number[]): ValueInfoProto {
  const dim: readonly Dimension[] = [{ dimParam: BATCH_DIMENSION }, ...rowShape.map((dimValue) => ({ dimValue }))];
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES.float, shape: { dim } } } };
}
