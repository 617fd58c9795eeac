import { Bound, decodeMessage, lengthDelimited, readNested, readText, type WireReader } from '@switchyard/protobuf-wire';
import type { ExampleList } from '@switchyard/tf-examples';
import { assertNamed, readModelSpec, type ModelSpec } from './model-spec.js';
import { readInput } from './read-input.js';

/** A ClassificationRequest or a RegressionRequest: their fields are the same. */
export interface InferenceRequest {
  readonly modelSpec: ModelSpec;
  readonly input: ExampleList;
}

/** One question of a MultiInferenceRequest. */
export interface InferenceTask {
  readonly modelSpec: ModelSpec;
  /** `tensorflow/serving/classify` or `tensorflow/serving/regress`. */
  readonly methodName: string;
}

const MAX_TASKS = 256;
const NO_INPUT: ExampleList = { examples: [] };
const MODEL_SPEC = lengthDelimited(1);
const TASK = lengthDelimited(1);
const METHOD_NAME = lengthDelimited(2);
const INPUT = lengthDelimited(2);

/** Reads a request of `Classify` or `Regress`. @param name of the message @throws ServingError `invalid-input` */
export function decodeInferenceRequest(name: 'ClassificationRequest' | 'RegressionRequest', bytes: Buffer): InferenceRequest {
  let modelSpec: ModelSpec | undefined;
  let input = NO_INPUT;
  decodeMessage(`tensorflow.serving.${name}`, bytes, (tag, reader) => {
    if (tag === MODEL_SPEC) modelSpec = readModelSpec(reader);
    else if (tag === INPUT) input = readInput(reader);
    else return false;
    return true;
  });
  return { modelSpec: assertNamed(modelSpec), input };
}

/** Reads a `tensorflow.serving.MultiInferenceRequest`. @throws ServingError `invalid-input` */
export function decodeMultiInferenceRequest(bytes: Buffer): { readonly tasks: readonly InferenceTask[]; readonly input: ExampleList } {
  const tasks: InferenceTask[] = [];
  const bound = new Bound('tasks', MAX_TASKS);
  let input = NO_INPUT;
  decodeMessage('tensorflow.serving.MultiInferenceRequest', bytes, (tag, reader) => {
    if (tag === TASK) {
      bound.add();
      tasks.push(readTask(reader));
    } else if (tag === INPUT) input = readInput(reader);
    else return false;
    return true;
  });
  return { tasks, input };
}

function readTask(reader: WireReader): InferenceTask {
  let modelSpec: ModelSpec | undefined;
  let methodName = '';
  readNested(reader, (tag) => {
    if (tag === MODEL_SPEC) modelSpec = readModelSpec(reader);
    else if (tag === METHOD_NAME) methodName = readText(reader);
    else return false;
    return true;
  });
  return { modelSpec: assertNamed(modelSpec), methodName };
}
