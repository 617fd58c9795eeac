import { ServingError } from '@switchyard/errors';
import type { Dtype } from '@switchyard/tensor';
import type { Signature, TensorSpec } from '@switchyard/model-registry';

/** What a model file itself says about one tensor; null where the file or its library does not tell. */
export interface TensorDeclaration {
  readonly name: string;
  readonly dtype: Dtype | null;
  /** Dimensions, outermost first; null stands for an open one. */
  readonly shape: readonly (number | null)[] | null;
}

export interface ModelDeclaration {
  readonly inputs: readonly TensorDeclaration[];
  readonly outputs: readonly TensorDeclaration[];
}

type Direction = 'input' | 'output';

/**
 * Compares a signature with what the model file declares, so that nothing the signature allows can surprise a native library.
 * The signature must feed every input; it may leave outputs out.
 * @throws ServingError `model-invalid` naming the tensor and both sides.
 */
export function assertSignature(signature: Signature, declared: ModelDeclaration): void {
  for (const spec of signature.inputs) assertInput(spec, declarationOf('input', spec, declared.inputs));
  for (const spec of signature.outputs) assertTensor('output', spec, declarationOf('output', spec, declared.outputs));
  const fed = new Set(signature.inputs.map((spec) => spec.name));
  const unfed = declared.inputs.find((declaration) => !fed.has(declaration.name));
  if (unfed !== undefined)
    throw new ServingError('model-invalid', `The model needs the input "${unfed.name}", which its signature does not list.`);
}

function declarationOf(direction: Direction, spec: TensorSpec, declarations: readonly TensorDeclaration[]): TensorDeclaration {
  const found = declarations.find((declaration) => declaration.name === spec.name);
  if (found !== undefined) return found;
  const names = declarations.map((declaration) => `"${declaration.name}"`).join(', ') || 'none';
  throw new ServingError(
    'model-invalid',
    `The signature lists the ${direction} "${spec.name}"; the ${direction}s of the model are: ${names}.`,
  );
}

function assertInput(spec: TensorSpec, declared: TensorDeclaration): void {
  assertTensor('input', spec, declared);
  if (spec.openRank === true) {
    if (declared.shape === null) return;
    throw new ServingError(
      'model-invalid',
      `The rank of input "${spec.name}" is open in the signature; the model takes only rank ${declared.shape.length}.`,
    );
  }
  const tooOpen = spec.shape.findIndex((size, index) => size === -1 && (declared.shape?.[index] ?? null) !== null);
  if (tooOpen === -1) return;
  throw new ServingError(
    'model-invalid',
    `Dimension ${tooOpen} of input "${spec.name}" is open (-1) in the signature; the model takes only ${declared.shape?.[tooOpen]} there.`,
  );
}

function assertTensor(direction: Direction, spec: TensorSpec, declared: TensorDeclaration): void {
  if (declared.dtype !== null && declared.dtype !== spec.dtype) {
    throw new ServingError(
      'model-invalid',
      `The ${direction} "${spec.name}" is ${spec.dtype} in the signature and ${declared.dtype} in the model.`,
    );
  }
  if (declared.shape === null || spec.openRank === true || shapesAgree(spec.shape, declared.shape)) return;
  throw new ServingError(
    'model-invalid',
    `The ${direction} "${spec.name}" has shape [${spec.shape.join(',')}] in the signature and [${declared.shape.map((size) => size ?? -1).join(',')}] in the model.`,
  );
}

function shapesAgree(specified: readonly number[], declared: readonly (number | null)[]): boolean {
  return (
    specified.length === declared.length &&
    specified.every((size, index) => size === -1 || declared[index] === null || declared[index] === size)
  );
}
