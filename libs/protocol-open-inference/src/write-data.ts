import { ServingError, assertNever } from '@switchyard/errors';
import { COMMA, writeFloat32, writeFloat64, type ByteWriter } from '@switchyard/json-numbers';
import { numericData, type Tensor } from '@switchyard/tensor';

/** Writes the elements of a tensor, comma between them. @throws ServingError `invalid-input` for FP16, which JSON has no form for. */
export function writeData(writer: ByteWriter, output: Tensor): void {
  switch (output.dtype) {
    case 'float32':
      return writeEach(writer, numericData(output) as Float32Array, (value) => writeFloat32(writer, value));
    case 'float64':
      return writeEach(writer, numericData(output) as Float64Array, (value) => writeFloat64(writer, value));
    case 'int8': case 'int16': case 'int32': case 'int64': case 'uint8': case 'uint16': case 'uint32': case 'uint64':
      return writeEach<number | bigint>(writer, numericData(output) as ArrayLike<number | bigint>, (value) => writer.ascii(String(value)));
    case 'bool':
      return writeEach(writer, numericData(output) as Uint8Array, (value) => writer.ascii(value === 0 ? 'false' : 'true'));
    case 'string':
      return writeEach(writer, output.data as readonly Uint8Array[], (value) => writer.utf8(JSON.stringify(textOf(value))));
    case 'float16':
      throw new ServingError('invalid-input', 'sending FP16 data via JSON is not supported. Please use the binary data format for output');
    default:
      return assertNever(output.dtype);
  }
}

function writeEach<Value>(writer: ByteWriter, values: ArrayLike<Value>, write: (value: Value) => void): void {
  for (let index = 0; index < values.length; index++) {
    if (index > 0) writer.byte(COMMA);
    write(values[index]!);
  }
}

/** Bytes that are no UTF-8 show as U+FFFD: who wants them asks for binary data. */
function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}
