export {
  DTYPES, allocate, bytesPerElement, viewBytes, viewElements,
  type Dtype, type NumericArray, type NumericDtype, type TensorData,
} from './dtype.js';
export { byteCount, elementCount, formatShape, numericData, tensor, type Shape, type Tensor, type TensorMap } from './tensor.js';
export { concatRows, concatRowsOfAll, rowCount, sliceRows, sliceRowsOfAll } from './rows.js';
export { decodeFrame, encodeFrame, framePieces, type TensorFrame } from './tensor-frame.js';
