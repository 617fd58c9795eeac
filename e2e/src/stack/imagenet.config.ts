import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Real models, 100 photos and what is in them: too large for the repository, and not ours to publish. */
export type Imagenet = { readonly available: true; readonly directory: string } | { readonly available: false; readonly reason: string };

/**
 * The folder `shared/imagenet` beside the checkout, or the one that TEST_IMAGENET_DIRECTORY names; made for `describeWith`.
 * @throws Error instead of a reason when SWITCHYARD_REQUIRE_ALL=1: continuous integration must not skip
 */
export function testImagenet(): Imagenet {
  const directory = process.env['TEST_IMAGENET_DIRECTORY'] ?? fileURLToPath(new URL('../../../../shared/imagenet', import.meta.url));
  if (existsSync(join(directory, 'photos.json'))) return { available: true, directory };
  const reason = 'no folder with ImageNet models and photos: TEST_IMAGENET_DIRECTORY may name one';
  if (process.env['SWITCHYARD_REQUIRE_ALL'] === '1') throw new Error(`These tests must run here (SWITCHYARD_REQUIRE_ALL=1): ${reason}.`);
  return { available: false, reason };
}
