import type { ModelInput } from './published-version.js';

const LARGEST_EXAMPLE = 64;

export interface ExampleOptions {
  readonly apiUrl: string;
  readonly name: string;
  readonly inputs: readonly ModelInput[];
  readonly takesImages: boolean;
}

/** A line to paste that gets a first prediction: with a picture, with zeros, or (too large to type) what the model takes. */
export function exampleCall({ apiUrl, name, inputs, takesImages }: ExampleOptions): string {
  if (takesImages) return `curl -s -F file=@photo.jpg '${apiUrl}/predict?model=${name}'`;
  const size = inputs.reduce((sum, { shape }) => sum + elements(shape), 0);
  if (inputs.length === 0 || size > LARGEST_EXAMPLE) return `curl -s ${apiUrl}/v1/models/${name}/metadata`;
  const [only] = inputs;
  const instance = inputs.length === 1 && only !== undefined ? zeros(only, only.shape.slice(1)) : Object.fromEntries(inputs.map((input) => [input.name, zeros(input, input.shape.slice(1))]));
  return `curl -s ${apiUrl}/v1/models/${name}:predict -d '${JSON.stringify({ instances: [instance] })}'`;
}

function elements(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, size) => product * Math.max(1, size), 1);
}

function zeros({ dtype }: Pick<ModelInput, 'dtype'>, [size, ...inner]: readonly number[]): unknown {
  if (size === undefined) return dtype === 'string' ? 'text' : dtype === 'bool' ? false : 0;
  return Array.from({ length: Math.max(1, size) }, () => zeros({ dtype }, inner));
}
