export { decodeImage } from './decode-image.js';
export type { ImageHeader } from './image-limits.js';
export { readImageHeader } from './read-image-header.js';
