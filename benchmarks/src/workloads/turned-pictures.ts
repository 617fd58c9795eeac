import sharp from 'sharp';

const QUARTER_TURNS = [0, 90, 180, 270];
const QUALITY = 85;

/** Eight different pictures of one: as it is, turned and mirrored. So a mix-up shows, while each costs the same to decode. @param file a square JPEG */
export function turnedPictures(file: Uint8Array): Promise<Uint8Array[]> {
  return Promise.all(
    QUARTER_TURNS.flatMap((degrees) =>
      [false, true].map(async (isMirrored) => new Uint8Array(await sharp(file).rotate(degrees).flop(isMirrored).jpeg({ quality: QUALITY }).toBuffer())),
    ),
  );
}
