import { describe, expect, it } from '@jest/globals';
import { tensor, type TensorMap } from '@switchyard/tensor';
import { copyForTransfer, giveForTransfer, type TensorParcel } from './transferable-tensors.js';

/** What arrives in the other thread: `structuredClone` takes the same road as `postMessage`. */
function delivered({ tensors, transfer }: TensorParcel): TensorMap {
  return structuredClone(tensors, { transfer });
}

describe('copyForTransfer', () => {
  it('delivers views of larger memory and leaves the sender what it has', () => {
    const frame = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7);
    const parcel = copyForTransfer(new Map([['x', tensor('float32', [2, 2], frame.subarray(2, 6))]]));
    expect(parcel.transfer.map((buffer) => buffer.byteLength)).toEqual([16]);
    expect(delivered(parcel).get('x')).toEqual(tensor('float32', [2, 2], Float32Array.of(2, 3, 4, 5)));
    expect([...frame]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('delivers strings that live in the pool of Node, packed in one buffer', () => {
    const texts = ['one', '', 'zwölf'].map((text) => Buffer.from(text));
    const parcel = copyForTransfer(new Map([['s', tensor('string', [3], texts)]]));
    expect(parcel.transfer).toHaveLength(1);
    expect((delivered(parcel).get('s')?.data as Uint8Array[]).map((bytes) => Buffer.from(bytes).toString())).toEqual(['one', '', 'zwölf']);
    expect(texts.map(String)).toEqual(['one', '', 'zwölf']);
  });
});

describe('giveForTransfer', () => {
  it('moves whole buffers without a copy', () => {
    const data = Float32Array.of(1, 2);
    expect(delivered(giveForTransfer(new Map([['y', tensor('float32', [2], data)]]))).get('y')).toEqual(
      tensor('float32', [2], Float32Array.of(1, 2)),
    );
    expect(data).toHaveLength(0);
  });

  it('moves a buffer once that several outputs fill together', () => {
    const whole = Float32Array.of(1, 2, 3);
    const parcel = giveForTransfer(
      new Map([
        ['a', tensor('float32', [1], whole.subarray(0, 1))],
        ['b', tensor('float32', [2], whole.subarray(1))],
      ]),
    );
    expect(parcel.transfer).toEqual([whole.buffer]);
    const arrived = delivered(parcel);
    expect([...(arrived.get('a')?.data as Float32Array), ...(arrived.get('b')?.data as Float32Array)]).toEqual([1, 2, 3]);
  });

  it.each([
    ['part of a buffer', Float32Array.of(1, 2, 3).subarray(1)],
    ['shared memory', new Float32Array(new SharedArrayBuffer(8)).fill(2)],
    ['a pooled Buffer', new Float32Array(Buffer.from(new Uint8Array(Float32Array.of(2, 3).buffer)).buffer, 0, 2)],
  ])('copies an output that is %s, and keeps the rest of that memory', (_, data) => {
    const before = [...data];
    const arrived = delivered(
      giveForTransfer(
        new Map([
          ['y', tensor('float32', [data.length], data)],
          ['n', tensor('int64', [1], BigInt64Array.of(5n))],
        ]),
      ),
    );
    expect([...(arrived.get('y')?.data as Float32Array)]).toEqual(before);
    expect([...data]).toEqual(before);
    expect([...arrived.keys()]).toEqual(['y', 'n']);
  });
});
