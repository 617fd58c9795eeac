import { allocate, bytesPerElement, numericData, tensor, viewBytes, type Dtype, type NumericDtype, type Tensor } from '@switchyard/tensor';

const COLUMNS = 2;
const TWO_TO_53 = 2n ** 53n;

/** The values of each dtype that formats lose most easily, as six rows of two columns: subnormals, extremes, negative zero, integers beyond 2^53. */
export const AWKWARD_VALUES: Readonly<Record<Dtype, Tensor>> = {
  // The raw bits: the smallest subnormals, the largest one, the smallest normal, the largest, -0, 0.1, a third, NaN, the infinities.
  float16: numbers('float16', [0x0001, 0x8001, 0x03ff, 0x0400, 0x7bff, 0xfbff, 0x8000, 0x2e66, 0x3555, 0x7e00, 0x7c00, 0xfc00]),
  float32: numbers('float32', [2 ** -149, -(2 ** -149), 2 ** -126 - 2 ** -149, 2 ** -126, 3.4028234663852886e38, -3.4028234663852886e38, -0, 0.1, 1 / 3, NaN, Infinity, -Infinity]),
  float64: numbers('float64', [5e-324, -5e-324, 2.225073858507201e-308, 2.2250738585072014e-308, Number.MAX_VALUE, -Number.MAX_VALUE, -0, 0.1, 1e23, NaN, Infinity, -Infinity]),
  int8: integers('int8', -(2n ** 7n), 2n ** 7n - 1n),
  int16: integers('int16', -(2n ** 15n), 2n ** 15n - 1n),
  int32: integers('int32', -(2n ** 31n), 2n ** 31n - 1n),
  int64: numbers('int64', [-(2n ** 63n), 2n ** 63n - 1n, 1n - 2n ** 63n, 2n ** 63n - 2n, 0n, -1n, TWO_TO_53, TWO_TO_53 + 1n, -TWO_TO_53, -TWO_TO_53 - 1n, TWO_TO_53 - 1n, 2n ** 32n + 1n]),
  uint8: integers('uint8', 0n, 2n ** 8n - 1n),
  uint16: integers('uint16', 0n, 2n ** 16n - 1n),
  uint32: integers('uint32', 0n, 2n ** 32n - 1n),
  uint64: numbers('uint64', [0n, 2n ** 64n - 1n, 1n, 2n ** 64n - 2n, 2n ** 63n, 2n ** 63n - 1n, TWO_TO_53, TWO_TO_53 + 1n, TWO_TO_53 + 3n, TWO_TO_53 - 1n, 2n ** 32n, 2n ** 32n + 1n]),
  bool: numbers('bool', [1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0]),
  string: strings(['', 'a', 'größer', '😀', '"quoted" \\ /', '\u2028\u0001\u007f\n', '\ufeffmarked', '9007199254740993', '-0.0', 'e\u0301', 'NaN', 'x'.repeat(1_000)].map((text) => Buffer.from(text))),
};

/** NaNs that are not the usual one: only bytes can carry them. */
export const ODD_NANS: readonly Tensor[] = [
  fromBits('float16', Uint16Array.of(0x7e01, 0xfe00)),
  fromBits('float32', Uint32Array.of(0x7fc0dead, 0xffc00000)),
  fromBits('float64', BigUint64Array.of(0x7ff80000deadbeefn, 0xfff8000000000000n)),
];

/** A string that is no text. */
export const NO_TEXT: Tensor = strings([Buffer.of(0xff, 0xfe), Buffer.of(0xc3)]);

/** Each element of a tensor as its bytes in hexadecimal: NaN equals NaN there, and -0 does not equal 0. */
export function bitsOf(of: Tensor): readonly string[] {
  if (of.dtype === 'string') return (of.data as readonly Uint8Array[]).map((element) => Buffer.from(element).toString('hex'));
  const bytes = Buffer.from(viewBytes(numericData(of)));
  const size = bytesPerElement(of.dtype);
  return Array.from({ length: bytes.byteLength / size }, (_, index) => bytes.toString('hex', index * size, (index + 1) * size));
}

function integers(dtype: NumericDtype, least: bigint, greatest: bigint): Tensor {
  const elements = [least, greatest, least + 1n, greatest - 1n, 0n, 1n, 2n, greatest / 2n, greatest / 2n + 1n, greatest / 3n, greatest / 5n, least / 2n];
  return numbers(dtype, elements.map(Number));
}

function numbers(dtype: NumericDtype, elements: readonly (number | bigint)[]): Tensor {
  const data = allocate(dtype, elements.length);
  // The elements are what this array takes; the union of its types cannot express it.
  (data as unknown as { set(from: readonly (number | bigint)[]): void }).set(elements);
  return tensor(dtype, [elements.length / COLUMNS, COLUMNS], data);
}

function fromBits(dtype: NumericDtype, bits: Uint16Array | Uint32Array | BigUint64Array): Tensor {
  const data = allocate(dtype, bits.length);
  viewBytes(data).set(viewBytes(bits));
  return tensor(dtype, [bits.length / COLUMNS, COLUMNS], data);
}

function strings(elements: readonly Uint8Array[]): Tensor {
  return tensor('string', [elements.length / COLUMNS, COLUMNS], elements);
}
