const [START_OF_FRAME_0, START_OF_FRAME_15] = [0xc0, 0xcf];
/** Between them, but no frames: Huffman tables, an extension, arithmetic conditioning. */
const NO_FRAMES = [0xc4, 0xc8, 0xcc];
/** Parameters and frames have segments with a length; what stands alone, as the first scan's end, comes only after the frame. */
const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);
/** May stand before any marker, any number of times. */
const FILL = 0xff;
/** Holds EXIF data, which may turn the picture. */
const APP1 = 0xe1;
/** Marker, length, precision, height, width. */
const FRAME_HEADER_BYTES = 9;

/**
 * What the frame header of a JPEG says (ITU-T T.81, B.1.1.4 and B.2.2), read in a microsecond. Null for one whose EXIF data would have to be
 * read too, and for whatever is unusual: the library decides.
 */
export function plainJpegSize(jpeg: Uint8Array): { readonly width: number; readonly height: number } | null {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  for (let at = 2; at + FRAME_HEADER_BYTES <= jpeg.length && jpeg[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = jpeg[at + 1]!;
    if (marker === APP1 || marker === FILL || standsAlone(marker)) return null;
    if (marker < START_OF_FRAME_0 || marker > START_OF_FRAME_15 || NO_FRAMES.includes(marker)) continue;
    const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
    return width > 0 && height > 0 ? { width, height } : null;
  }
  return null;
}
