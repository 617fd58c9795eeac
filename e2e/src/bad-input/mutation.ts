import fc from 'fast-check';

/** One change of some bytes: where (as a share of the length), how, and with what. */
export interface Mutation {
  readonly kind: 'flip' | 'drop' | 'repeat' | 'insert' | 'cut';
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** What parsers stumble over, in JSON, forms and multipart. */
const TOKENS = ['[', ']', '{', '}', '"', ',', ':', '\\', '\\ud800', 'null', 'true', 'NaN', '-', '1e999', '-0', '9'.repeat(40), '__proto__', '\r\n', '--', '%', '%00', '&', '=', '\0', '\ufeff', '\u2028', '😀'].map((token) =>
  Buffer.from(token),
);

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('flip', 'drop', 'repeat', 'insert', 'insert', 'cut'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 40 }),
  bytes: fc.oneof(fc.constantFrom(...TOKENS), fc.uint8Array({ minLength: 1, maxLength: 8 })),
});

export function mutate(body: Uint8Array, mutations: readonly Mutation[]): Buffer {
  return mutations.reduce<Buffer>(mutateOnce, Buffer.from(body));
}

function mutateOnce(body: Buffer, { kind, at, length, bytes }: Mutation): Buffer {
  const from = Math.floor(at * body.byteLength);
  const [before, slice, after] = [body.subarray(0, from), body.subarray(from, from + length), body.subarray(from + length)];
  switch (kind) {
    case 'flip':
      return Buffer.concat([before, slice.map((byte, index) => byte ^ (bytes[index % bytes.length] ?? 1)), after]);
    case 'drop':
      return Buffer.concat([before, after]);
    case 'repeat':
      return Buffer.concat([before, slice, slice, slice, after]);
    case 'insert':
      return Buffer.concat([before, bytes, slice, after]);
    case 'cut':
      return before;
  }
}
