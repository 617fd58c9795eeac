import { ServingError, assertNever } from '@switchyard/errors';
import { writeFloat32, writeFloat64, type ByteWriter } from '@switchyard/json-numbers';
import { numericData, type Tensor } from '@switchyard/tensor';

/** Writes the element at an index of one output as JSON. */
export type WriteElement = (writer: ByteWriter, index: number) => void;

/** Outputs named so carry bytes rather than text: TensorFlow Serving wraps them as `{"b64": …}`. */
const BYTES_SUFFIX = '_bytes';

/** @throws ServingError `invalid-input` for float16, which TensorFlow Serving's JSON has not. */
export function elementWriter(name: string, output: Tensor): WriteElement {
  switch (output.dtype) {
    case 'float32': {
      const data = numericData(output) as Float32Array;
      return (writer, index) => writeFloat32(writer, data[index]!);
    }
    case 'float64': {
      const data = numericData(output) as Float64Array;
      return (writer, index) => writeFloat64(writer, data[index]!);
    }
    case 'int8': case 'int16': case 'int32': case 'int64': case 'uint8': case 'uint16': case 'uint32': case 'uint64': {
      const data = numericData(output);
      return (writer, index) => writer.ascii(String(data[index]));
    }
    case 'bool': {
      const data = numericData(output);
      return (writer, index) => writer.ascii(data[index] === 0 ? 'false' : 'true');
    }
    case 'string':
      return stringWriter(output.data as readonly Uint8Array[], name.endsWith(BYTES_SUFFIX));
    case 'float16':
      throw new ServingError('invalid-input', `The output "${name}" is float16, which the JSON of TensorFlow Serving cannot carry; ask for it over another protocol.`);
    default:
      return assertNever(output.dtype);
  }
}

/** Bytes that are no UTF-8 show as U+FFFD where the output is not named as bytes. */
function stringWriter(strings: readonly Uint8Array[], asBytes: boolean): WriteElement {
  return (writer, index) => {
    const { buffer, byteOffset, byteLength } = strings[index]!;
    const bytes = Buffer.from(buffer, byteOffset, byteLength);
    writer.utf8(asBytes ? `{"b64":"${bytes.toString('base64')}"}` : JSON.stringify(bytes.toString('utf8')));
  };
}
