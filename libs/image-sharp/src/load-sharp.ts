import type sharp from 'sharp';

let loading: Promise<typeof sharp> | undefined;

/** The library, imported at the first picture: many a service that could read pictures never sees one, and need not hold libvips for it. */
export function loadSharp(): Promise<typeof sharp> {
  return (loading ??= importSharp());
}

async function importSharp(): Promise<typeof sharp> {
  const { default: library } = await import('sharp');
  // Uploads do not repeat, so libvips need not keep what it decoded; and many small pictures gain nothing from several threads for each.
  library.cache(false);
  library.concurrency(1);
  return library;
}
