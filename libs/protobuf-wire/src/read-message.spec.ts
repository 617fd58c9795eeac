import { describe, expect, it } from '@jest/globals';
import { Bound } from './bound.js';
import { readBoundedInt64 } from './read-int64.js';
import { decodeMessage, readMapEntry, readNested, readText } from './read-message.js';
import { lengthDelimited, varint } from './tag.js';
import { createWriter } from './writer.js';

const decode = (bytes: Buffer, read: Parameters<typeof decodeMessage>[2] = () => false): void => decodeMessage('test.Message', bytes, read);

describe('decodeMessage', () => {
  it('skips fields nobody reads, also those written in another way than their type asks for', () => {
    const bytes = createWriter().uint32(varint(1)).uint32(7).uint32(lengthDelimited(2)).string('no number').uint32(lengthDelimited(9)).string('text').finish() as Buffer;
    const seen: unknown[] = [];
    decode(bytes, (tag, reader) => {
      if (tag === varint(2)) seen.push(reader.uint32());
      else if (tag === lengthDelimited(9)) seen.push(readText(reader));
      else return false;
      return true;
    });
    expect(seen).toEqual(['text']);
  });

  it.each([
    ['a length beyond the end', Buffer.of(10, 5, 1), 'The 3 bytes received cannot be read as a test.Message message: index out of range: 2 + 5 > 3.'],
    ['a field without a number', Buffer.of(0, 1), 'a field has the number 0'],
    ['an endless varint', Buffer.alloc(20, 255), 'invalid'],
  ])('refuses %s with one sentence', (_what, bytes, message) => {
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ kind: 'invalid-input', message: expect.stringContaining(message) }));
  });

  it('refuses a million nested groups', () => {
    expect(() => decode(Buffer.alloc(1_000_000, 0x0b))).toThrow(expect.objectContaining({ kind: 'invalid-input' }));
  });

  it('refuses a nested message that reaches beyond its own', () => {
    const inner = Buffer.of(10, 9); // claims 9 bytes, of which its own message holds none
    const bytes = Buffer.concat([Buffer.of(10, inner.byteLength), inner, Buffer.alloc(20)]);
    expect(() => decode(bytes, (tag, reader) => tag === 10 && (readNested(reader, (own, nested) => own === 10 && (readNested(nested, () => false), true)), true)))
      .toThrow('a field of 9 bytes ends beyond its message');
  });

  it('refuses text that is not UTF-8, and reads every other', () => {
    const write = (bytes: Uint8Array): Buffer => createWriter().uint32(10).bytes(bytes).finish() as Buffer;
    const read = (bytes: Buffer): string => {
      let text = '';
      decode(bytes, (_tag, reader) => ((text = readText(reader)), true));
      return text;
    };
    expect(read(write(Buffer.from('größer 😀')))).toBe('größer 😀');
    expect(() => read(write(Buffer.of(0xc3, 0x28)))).toThrow(expect.objectContaining({ kind: 'invalid-input' }));
  });
});

describe('a map entry', () => {
  it('may lack its key or its value', () => {
    const entries = [createWriter().uint32(10).string('k').uint32(varint(2)).uint32(7), createWriter().uint32(varint(2)).uint32(8), createWriter().uint32(10).string('k')];
    const read = entries.map((entry) => {
      const inner = entry.finish();
      let found: [string, number | undefined] = ['', undefined];
      decode(createWriter().uint32(10).bytes(inner).finish() as Buffer, (_tag, reader) => {
        let value: number | undefined;
        found = [readMapEntry(reader, varint(2), (of) => (value = of.uint32())), value];
        return true;
      });
      return found;
    });
    expect(read).toEqual([['k', 7], ['', 8], ['k', undefined]]);
  });
});

describe('readBoundedInt64', () => {
  const read = (value: { low: number; high: number; unsigned: boolean }): number => {
    let result = 0;
    decode(createWriter().uint32(varint(1)).int64(value as never).finish() as Buffer, (_tag, reader) => ((result = readBoundedInt64(reader)), true));
    return result;
  };

  it('reads what a number holds exactly and refuses the rest', () => {
    expect(read({ low: -1, high: -1, unsigned: false })).toBe(-1);
    expect(read({ low: 0, high: 1, unsigned: false })).toBe(2 ** 32);
    expect(() => read({ low: 0, high: 0x200000, unsigned: false })).toThrow('the integer 9007199254740992 is out of range');
  });
});

describe('Bound', () => {
  it('says how many there may be', () => {
    const bound = new Bound('inputs', 2);
    bound.add(2);
    expect(() => bound.add()).toThrow('The message holds more than 2 inputs, which is the most that is read.');
  });
});
