import { ServingError } from '@switchyard/errors';

/** Encoders write about ten. NVIDIA's DALI draws the line here too; 480 scans of 50 megapixels took four seconds. */
export const MAX_SCANS = 500;

/** The marker "start of scan" (ITU-T T.81, table B.1). Compressed data cannot hold it: a byte 255 is followed by 0 there. */
const START_OF_SCAN = Buffer.from([0xff, 0xda]);

/**
 * Refuses a progressive JPEG that goes over its picture again and again: a scan of ten bytes can cover fifty megapixels, so half a megabyte
 * held a thread for half a minute, and libvips looks at its timeout only afterwards. See "Two Issues with the JPEG Standard", libjpeg-turbo,
 * LJT-01-003. Counts every occurrence of the marker rather than follow the segments: nothing that a decoder could take for one escapes,
 * and metadata or a film behind the picture holds one by chance in every 65,536 bytes only.
 * A JPEG inside a TIFF needs no count: libtiff stops at a hundred scans.
 * @throws ServingError `invalid-input`.
 */
export function assertFewScans(jpeg: Uint8Array): void {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  let scans = 0;
  for (let at = bytes.indexOf(START_OF_SCAN); at !== -1; at = bytes.indexOf(START_OF_SCAN, at + START_OF_SCAN.length)) {
    if (++scans > MAX_SCANS) {
      throw new ServingError('invalid-input', `The JPEG is drawn in more than ${MAX_SCANS} scans; at most ${MAX_SCANS} are accepted.`);
    }
  }
}
