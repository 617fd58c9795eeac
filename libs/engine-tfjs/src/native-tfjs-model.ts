import { ServingError } from '@switchyard/errors';
import type { NativeModel, TensorDeclaration } from '@switchyard/engine';
import type { Signature, TensorSpec } from '@switchyard/model-registry';
import type { Tensor, TensorMap } from '@switchyard/tensor';
import type { TfjsModel } from './tfjs-model.js';
import type { Tfjs } from './tfjs-runtime.js';
import { fromTfjs, toTfjs } from './tfjs-tensors.js';

/** A TensorFlow.js model behind the names of `signature`; every tensor a run makes is freed with it. */
export function nativeTfjsModel(tf: Tfjs, model: TfjsModel, signature: Signature): NativeModel {
  const declared = { inputs: named(model.inputs, signature.inputs), outputs: named(model.outputs, signature.outputs) };
  return {
    declared,
    async run(inputs) {
      const ordered = declared.inputs.map((declaration) => inputNamed(inputs, declaration.name));
      const answers = tf.tidy(() => model.predict(ordered.map((input) => toTfjs(tf, input))));
      try {
        return new Map(
          await Promise.all(
            declared.outputs.map(async ({ name }, index) => [name, await fromTfjs(name, answers[index], ordered)] as const),
          ),
        );
      } finally {
        tf.dispose(answers);
      }
    },
    release: async () => model.dispose(),
  };
}

/** A lone tensor takes the signature's name: the library names layers itself (`dense_Dense1_input`) where their author did not. */
function named(declarations: readonly TensorDeclaration[], specs: readonly TensorSpec[]): readonly TensorDeclaration[] {
  const [declaration, spec] = [declarations[0], specs[0]];
  const areAlone = declarations.length === 1 && specs.length === 1;
  return areAlone && declaration !== undefined && spec !== undefined ? [{ ...declaration, name: spec.name }] : declarations;
}

function inputNamed(inputs: TensorMap, name: string): Tensor {
  const found = inputs.get(name);
  if (found === undefined) throw new ServingError('engine-failed', `The run lacks the input "${name}".`);
  return found;
}
