import { ServingError } from '@switchyard/errors';

export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp' | 'tiff' | 'avif';

/** Formats by the bytes they begin with; `null` stands for any byte. */
const SIGNATURES: readonly { readonly format: ImageFormat; readonly bytes: readonly (number | null)[] }[] = [
  { format: 'png', bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { format: 'jpeg', bytes: [0xff, 0xd8, 0xff] },
  { format: 'gif', bytes: [0x47, 0x49, 0x46, 0x38] },
  { format: 'webp', bytes: [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50] },
  { format: 'tiff', bytes: [0x49, 0x49, 0x2a, 0x00] },
  { format: 'tiff', bytes: [0x4d, 0x4d, 0x00, 0x2a] },
  // The box `ftyp` with the brand `avif` (a picture) or `avis` (a sequence).
  { format: 'avif', bytes: [0x00, 0x00, 0x00, null, 0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66] },
  { format: 'avif', bytes: [0x00, 0x00, 0x00, null, 0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x73] },
];
const SHOWN_BYTES = 8;

/**
 * Lets only bitmaps through to the decoder. It knows more formats (SVG, which is a program that draws and may name other files), and
 * each is code that strangers can reach.
 * @throws ServingError `invalid-input` for an empty file, `unsupported-media-type` for anything but PNG, JPEG, GIF, WebP, TIFF and AVIF.
 */
export function bitmapFormat(file: Uint8Array): ImageFormat {
  if (file.length === 0) throw new ServingError('invalid-input', 'The uploaded file is empty; an image is expected.');
  const signature = SIGNATURES.find(({ bytes }) => bytes.every((byte, index) => byte === null || byte === file[index]));
  if (signature !== undefined) return signature.format;
  throw new ServingError(
    'unsupported-media-type',
    `The uploaded file begins with ${beginning(file)}, which no accepted image does; PNG, JPEG, GIF, WebP, TIFF and AVIF are accepted.`,
  );
}

/** As text where it is printable, else in hexadecimal. */
function beginning(file: Uint8Array): string {
  const bytes = Buffer.from(file.subarray(0, SHOWN_BYTES));
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f) ? JSON.stringify(bytes.toString('latin1')) : `the bytes ${bytes.toString('hex')}`;
}
