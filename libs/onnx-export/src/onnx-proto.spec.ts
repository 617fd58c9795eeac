import { describe, expect, it } from '@jest/globals';
import { decodeModelProto, encodeModelProto, type ModelProto } from './onnx-proto.js';

const EMPTY: ModelProto = {
  irVersion: 8,
  producerName: 'switchyard',
  opsetImport: [{ domain: '', version: 17 }],
  graph: { name: 'g', node: [], initializer: [], input: [], output: [] },
};

/** `field << 3 | wire type`, as the protocol buffers encoding has it: https://protobuf.dev/programming-guides/encoding/ */
function tag(field: number, wireType: 'varint' | 'bytes'): number {
  return (field << 3) | { varint: 0, bytes: 2 }[wireType];
}

function contains(bytes: Uint8Array, part: readonly number[]): boolean {
  return Buffer.from(bytes).includes(Buffer.from(part));
}

describe('the ONNX file format', () => {
  it('encodes a model under the field numbers of onnx.proto', () => {
    const bytes = encodeModelProto(EMPTY);
    expect(contains(bytes, [tag(1, 'varint'), 8])).toBe(true);
    expect(contains(bytes, [tag(2, 'bytes'), 10, ...Buffer.from('switchyard')])).toBe(true);
    expect(contains(bytes, [tag(7, 'bytes'), 3, tag(2, 'bytes'), 1, ...Buffer.from('g')])).toBe(true);
    expect(Buffer.from(bytes).subarray(-2)).toEqual(Buffer.from([tag(2, 'varint'), 17]));
  });

  it('encodes a tensor as raw little-endian bytes', () => {
    const rawData = new Uint8Array(Float32Array.of(1).buffer);
    const bytes = encodeModelProto({ ...EMPTY, graph: { ...EMPTY.graph, initializer: [{ name: 'w', dataType: 1, dims: [1], rawData }] } });
    expect(contains(bytes, [tag(8, 'bytes'), 1, ...Buffer.from('w'), tag(9, 'bytes'), 4, 0, 0, 0x80, 0x3f])).toBe(true);
  });

  it('reads back what it wrote', () => {
    const model: ModelProto = {
      ...EMPTY,
      graph: {
        ...EMPTY.graph,
        node: [
          {
            name: 'n',
            opType: 'Conv',
            input: ['x', ''],
            output: ['y'],
            attribute: [
              { name: 'pads', type: 7, ints: [0, 1] },
              { name: 'alpha', type: 1, f: 0.5 },
            ],
          },
        ],
        input: [{ name: 'x', type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: 'N' }, { dimValue: 3 }] } } } }],
      },
    };
    expect(decodeModelProto(encodeModelProto(model)).graph).toMatchObject({
      node: [
        {
          opType: 'Conv',
          input: ['x', ''],
          attribute: [
            { name: 'pads', ints: [0, 1] },
            { name: 'alpha', f: 0.5 },
          ],
        },
      ],
      input: [{ name: 'x', type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: 'N' }, { dimValue: 3 }] } } } }],
    });
  });
});
