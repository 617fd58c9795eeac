import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestPython } from '@switchyard/test-kit';

/** Most of it goes into the conversion to ONNX: half a minute on a machine that is shared. */
const TIMEOUT_MS = 180_000;

/** What Keras answers to one picture. */
export interface KerasAnswer {
  /** 224×224 pixels. */
  readonly picture: Uint8Array<ArrayBuffer>;
  /** The picture after Keras' own preprocessing. */
  readonly tensor: readonly unknown[];
  readonly probabilities: readonly number[];
  /** The probabilities of the pixels as they are: what a server answers that does not preprocess. */
  readonly ofPixels: readonly number[];
}

/** Has Keras write its ResNet50 into a new folder, as `saved_model/`, `resnet50.onnx` and `labels.txt`: see make_resnet50.py. */
export async function makeKerasResnet50(python: TestPython, folder: string, picture: string): Promise<KerasAnswer[]> {
  await mkdir(folder);
  await python.run(fileURLToPath(new URL('../../clients/make_resnet50.py', import.meta.url)), [folder, picture], { timeoutMs: TIMEOUT_MS });
  const answers = JSON.parse(await readFile(join(folder, 'answers.json'), 'utf8')) as readonly Omit<KerasAnswer, 'picture'>[];
  return Promise.all(answers.map(async (answer, index) => ({ ...answer, picture: new Uint8Array(await readFile(join(folder, `${index}.png`))) })));
}
