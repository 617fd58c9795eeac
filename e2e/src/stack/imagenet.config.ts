import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../deployment/repository-files.js';

export interface ImagenetFiles {
  readonly available: true;
  /** Holds real models with ImageNet weights, photos and labels; none of it belongs to this repository. */
  readonly directory: string;
}

/** The folder of real models and photos: `IMAGENET_DIRECTORY`, else `shared/imagenet` beside the repository. */
export function imagenetFiles(): ImagenetFiles | { readonly available: false; readonly reason: string } {
  const directory = process.env['IMAGENET_DIRECTORY'] ?? join(REPOSITORY, '..', 'shared', 'imagenet');
  if (existsSync(join(directory, 'mobilenet_v2.onnx'))) return { available: true, directory };
  return { available: false, reason: 'there are no ImageNet models in IMAGENET_DIRECTORY' };
}
