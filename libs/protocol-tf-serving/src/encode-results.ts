import { ByteWriter, CLOSE_LIST, COMMA, OPEN_LIST, writeFloat32 } from '@switchyard/json-numbers';
import type { TensorMap } from '@switchyard/tensor';
import { toClassifications, toRegressions, type Classifier } from '@switchyard/tf-examples';

const FIRST_CAPACITY = 1_024;

/**
 * The answer to `:classify`: for each example its classes as pairs of label and score, `{"results": [[["cat", 0.75], …], …]}`.
 * TensorFlow Serving's documentation calls the member `result`; its code, and so every client, `results`.
 */
export function encodeClassifications(outputs: TensorMap, classifier: Classifier): Buffer {
  return encodeResults(toClassifications(outputs, classifier), (writer, classes) => writeList(writer, classes, ({ label, score }) => {
    writer.utf8(`[${JSON.stringify(label)},`);
    writeFloat32(writer, Math.fround(score));
    writer.byte(CLOSE_LIST);
  }));
}

/** The answer to `:regress`: one value for each example, `{"results": [2.5, …]}`. */
export function encodeRegressions(outputs: TensorMap, { signature }: Pick<Classifier, 'signature'>): Buffer {
  return encodeResults(toRegressions(outputs, signature), (writer, value) => writeFloat32(writer, Math.fround(value)));
}

function encodeResults<Result>(results: readonly Result[], write: (writer: ByteWriter, result: Result) => void): Buffer {
  const writer = new ByteWriter(FIRST_CAPACITY);
  writer.ascii('{"results":');
  writeList(writer, results, (result) => write(writer, result));
  writer.ascii('}');
  return writer.finish();
}

function writeList<Item>(writer: ByteWriter, items: readonly Item[], write: (item: Item) => void): void {
  writer.byte(OPEN_LIST);
  items.forEach((item, index) => {
    if (index > 0) writer.byte(COMMA);
    write(item);
  });
  writer.byte(CLOSE_LIST);
}
