import { END_OF_STRING, HUFFMAN_LENGTHS } from './hpack-tables.js';

const MAX_PADDING_BITS = 7;

/** A tree as pairs of entries, one per bit: the number of the next pair, or ~symbol where a code ends. */
const TREE = treeOf(HUFFMAN_LENGTHS);

/** The text in a string that HPACK wrote with its Huffman code (RFC 7541 §5.2). @throws RangeError when it is none */
export function decodeHuffman(bytes: Uint8Array): string {
  const decoded: number[] = [];
  let pair = 0;
  let bitsSince = 0;
  let areOnes = true;
  for (const byte of bytes) {
    for (let mask = 0x80; mask > 0; mask >>= 1) {
      const bit = byte & mask ? 1 : 0;
      const next = TREE[pair * 2 + bit] as number;
      bitsSince += 1;
      areOnes &&= bit === 1;
      if (next >= 0) {
        pair = next;
        continue;
      }
      if (~next === END_OF_STRING) throw new RangeError('A string holds the code that stands for its end.');
      decoded.push(~next);
      [pair, bitsSince, areOnes] = [0, 0, true];
    }
  }
  if (bitsSince > MAX_PADDING_BITS || !areOnes) throw new RangeError('A string ends within a code.');
  return Buffer.from(decoded).toString('latin1');
}

/** Codes are given out by length, and among equal lengths by symbol: each is the one before plus one, shifted to its own length. */
function treeOf(lengths: readonly number[]): readonly number[] {
  const tree = [0, 0];
  let code = 0;
  let codeBits = 0;
  for (const symbol of lengths.map((_, index) => index).sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b)) {
    const bits = lengths[symbol] as number;
    code = codeBits === 0 ? 0 : (code + 1) << (bits - codeBits);
    codeBits = bits;
    plant(tree, symbol, { code, bits });
  }
  return tree;
}

function plant(tree: number[], symbol: number, { code, bits }: { readonly code: number; readonly bits: number }): void {
  let pair = 0;
  for (let left = bits - 1; left > 0; left--) {
    const entry = pair * 2 + ((code >> left) & 1);
    if (tree[entry] === 0) {
      tree[entry] = tree.length / 2;
      tree.push(0, 0);
    }
    pair = tree[entry] as number;
  }
  tree[pair * 2 + (code & 1)] = ~symbol;
}
