import { ServingError } from '@switchyard/errors';
import type { TensorSpec } from '@switchyard/model-registry';
import { requestedOutput, type ModelContract } from '@switchyard/open-inference';
import { countParameter, flagParameter, listMember, objectIn, parametersOf, textMember, type Members } from './read-document.js';

/** An output a request asks for, and how it is to be sent. */
export interface RequestedOutput {
  readonly name: string;
  /** Behind the JSON instead of in it. */
  readonly binary: boolean;
  /** The classes to name instead of giving the tensor; 0 for the tensor. */
  readonly classes: number;
}

/** The outputs a request names, in its order and each once; all of the model's when it names none. @throws ServingError `invalid-input` with Triton's words. */
export function readRequestedOutputs(document: Members, model: ModelContract, binaryByDefault: boolean): RequestedOutput[] {
  if (!document.has('outputs')) return allOutputs(model, binaryByDefault);
  const outputs = listMember(document, 'outputs').map((value) => readOutput(objectIn('outputs', value), model, binaryByDefault));
  if (outputs.length === 0) return allOutputs(model, binaryByDefault);
  return [...new Map(outputs.map((output) => [output.name, output])).values()];
}

/** Every output of the model, all sent the same way. @throws ServingError `invalid-input` when one cannot be written as JSON. */
export function allOutputs({ signature }: ModelContract, binary: boolean): RequestedOutput[] {
  return signature.outputs.map((spec) => checkWritable(spec, { name: spec.name, binary, classes: 0 }));
}

function readOutput(output: Members, model: ModelContract, binaryByDefault: boolean): RequestedOutput {
  const name = textMember(output, 'name');
  const spec = requestedOutput(model, name);
  const parameters = parametersOf(output);
  if (parameters.has('shared_memory_region')) throw new ServingError('unsupported', `Shared memory is not supported; output '${name}' can be returned as JSON or as binary data.`);
  return checkWritable(spec, {
    name,
    binary: flagParameter(parameters, 'binary_data') ?? binaryByDefault,
    classes: countParameter(parameters, 'classification') ?? 0,
  });
}

/** Told before the model runs, not after. */
function checkWritable({ dtype, name }: TensorSpec, output: RequestedOutput): RequestedOutput {
  if (dtype !== 'float16' || output.binary || output.classes > 0) return output;
  throw new ServingError('invalid-input', `sending FP16 data via JSON is not supported. Please use the binary data format for output ${name}`);
}
