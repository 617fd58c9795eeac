import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith, testPython } from '@switchyard/test-kit';
import { REPOSITORY } from './deployment/repository-files.js';
import type { CommandResult } from './import/switchyard-command.js';
import { startImportStack, type ImportStack } from './import/import-stack.js';
import { apart } from './python-models/exported-models.js';
import { makeKerasResnet50, type KerasAnswer } from './python-models/keras-resnet50.js';
import { postForm, postJson } from './stack/http.js';
import { testImagenet } from './stack/imagenet.config.js';

interface Classified {
  readonly prediction: string;
  readonly predictions: readonly { readonly class_id: number; readonly label: string; readonly confidence: number }[];
  readonly probabilities: readonly number[];
}

/** Of a probability. Two libraries that add in other orders differ by less; a wrong channel, mean or weight by much more. */
const TOLERANCE = 1e-5;
const TOP_K = 5;
/** Every size of a batch is run before a version serves. */
const MAX_BATCH_ROWS = '2';

const FORMATS = [
  { format: 'SavedModel', name: 'resnet50-saved-model', file: 'saved_model' },
  { format: 'ONNX', name: 'resnet50-onnx', file: 'resnet50.onnx' },
] as const;

/** A photo where there are some, else a drawing of the examples. */
function anyPicture(): string {
  const imagenet = testImagenet();
  return imagenet.available ? join(imagenet.directory, 'photos/n01491361_tiger_shark.jpg') : join(REPOSITORY, 'examples/seven.png');
}

/** The classes of most probability, the best first. */
function bestOf(probabilities: readonly number[]): { class_id: number; probability: number }[] {
  return probabilities.map((probability, index) => ({ class_id: index, probability })).sort((a, b) => b.probability - a.probability).slice(0, TOP_K);
}

describeWith(testPython(), 'a ResNet50 that Keras made and exported', (python) => {
  let stack: ImportStack;
  let models: string;
  let expected: KerasAnswer[];

  beforeAll(async () => {
    stack = await startImportStack({ workerEnv: { MAX_BATCH_ROWS } });
    models = join(stack.folder, 'keras');
    expected = await makeKerasResnet50(python, models, anyPicture());
  }, 240_000);
  afterAll(() => stack?.close(), 60_000);

  it('answers in Keras itself something else to each picture, and to pixels that nobody preprocessed', () => {
    const [first, second] = expected.map(({ probabilities }) => probabilities);
    expect(bestOf(first!)[0]!.class_id).not.toBe(bestOf(second!)[0]!.class_id);
    for (const { probabilities, ofPixels } of expected) expect(apart(probabilities, ofPixels)).toBeGreaterThan(1_000 * TOLERANCE);
    for (const { probabilities } of expected) expect(Math.max(...probabilities)).toBeGreaterThan(0.1);
  });

  describe.each(FORMATS)('as $format', ({ name, file }) => {
    let imported: CommandResult;

    beforeAll(async () => {
      imported = await stack.importModel(join(models, file), name, '--preprocess', 'caffe,resize=224', '--labels', join(models, 'labels.txt'));
      process.stderr.write(`${imported.lines.join('\n')}\n`);
    }, 240_000);

    const upload = (picture: KerasAnswer['picture']): Promise<{ status: number; body: Classified }> => {
      const form = new FormData();
      form.append('file', new Blob([picture]), 'picture.png');
      for (const [field, value] of Object.entries({ model: name, top_k: TOP_K, probabilities: true })) form.append(field, String(value));
      return postForm<Classified>(`${stack.httpUrl}/predict`, form);
    };

    it('is brought with one command, which ends with a call that works', () => {
      expect([imported.code, imported.lines.at(-1)]).toEqual([0, `curl -s -F file=@photo.jpg '${stack.httpUrl}/predict?model=${name}'`]);
    });

    it('classifies uploaded pictures as Keras does: the same classes in the same order, as probable', async () => {
      const labels = (await readFile(join(models, 'labels.txt'), 'utf8')).split('\n');
      for (const { picture, probabilities } of expected) {
        const { status, body } = await upload(picture);
        const best = bestOf(probabilities);
        expect([status, body.prediction, body.predictions.map(({ label }) => label)]).toEqual([200, labels[best[0]!.class_id], best.map(({ class_id: id }) => labels[id])]);
        expect(apart(body.predictions.map(({ confidence }) => confidence), best.map(({ probability }) => probability))).toBeLessThanOrEqual(TOLERANCE);
        expect(apart(body.probabilities, probabilities)).toBeLessThanOrEqual(TOLERANCE);
      }
    }, 60_000);

    it('predicts through TensorFlow Serving’s REST, of the tensors that Keras made, what Keras predicts', async () => {
      const { status, body } = await postJson<{ predictions: number[][] }>(`${stack.tfServingUrl}/v1/models/${name}:predict`, { instances: expected.map(({ tensor }) => tensor) });
      expect(status).toBe(200);
      expect(body.predictions.map((row) => bestOf(row)[0]!.class_id)).toEqual(expected.map(({ probabilities }) => bestOf(probabilities)[0]!.class_id));
      const difference = apart(body.predictions, expected.map(({ probabilities }) => probabilities));
      process.stderr.write(`resnet50: ${name} differs from Keras by ${difference} at most\n`);
      expect(difference).toBeLessThanOrEqual(TOLERANCE);
    }, 60_000);
  });
});
