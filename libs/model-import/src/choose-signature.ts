import type { InspectedModel, InspectedSignature } from '@switchyard/engine';
import { ServingError } from '@switchyard/errors';
import { imageInputOf, imageRowShape, parsePreprocessing, type Preprocessing, type Signature } from '@switchyard/model-registry';
import { formatShape } from '@switchyard/tensor';

/** The signature asked for by name, or the model's default. @throws ServingError `invalid-input` naming those there are */
export function chooseSignature({ signatures }: InspectedModel, name: string | null): InspectedSignature {
  const chosen = name === null ? signatures[0] : signatures.find((signature) => signature.name === name);
  if (chosen !== undefined) return chosen;
  const known = signatures.map((signature) => `"${signature.name}"`).join(', ') || 'none';
  throw new ServingError('invalid-input', `The model has no signature "${name ?? ''}"; its signatures: ${known}.`);
}

export interface ImageSignature {
  readonly signature: Signature;
  readonly preprocessing: Preprocessing | null;
}

/**
 * Reads how pictures become the model's first input, and closes what that input leaves open: an engine that is warmed up with pictures
 * of one pixel says nothing of those that will come, and many models cannot take them.
 * @throws ServingError `invalid-input` when the text cannot be read, or the input takes no pictures
 */
export function withPreprocessing(signature: Signature, text: string | null): ImageSignature {
  const [input] = signature.inputs;
  if (text === null || input === undefined) return { signature, preprocessing: null };
  const preprocessing = parsePreprocessing(text, input);
  const image = imageInputOf({ preprocessing, signature });
  const rowShape = image === null ? null : imageRowShape(preprocessing, image);
  if (rowShape === null) return { signature, preprocessing };
  return { preprocessing, signature: { ...signature, inputs: signature.inputs.map((spec) => (spec === image ? { ...spec, shape: [-1, ...rowShape.slice(1)] } : spec)) } };
}

/** Labels name the classes of an output, one each. @throws ServingError `invalid-input` when no output has as many classes */
export function assertLabels(labels: readonly string[] | null, { outputs }: Signature): void {
  if (labels === null) return;
  // A size that the file leaves open is known only to those who run it.
  if (outputs.some(({ shape }) => shape.at(-1) === labels.length || (shape.length > 1 && shape.at(-1) === -1))) return;
  const shapes = outputs.map(({ name, shape }) => `"${name}" ${formatShape(shape)}`).join(', ');
  throw new ServingError('invalid-input', `The labels name ${labels.length} ${labels.length === 1 ? 'class' : 'classes'}, and no output has as many; the outputs: ${shapes}.`);
}
