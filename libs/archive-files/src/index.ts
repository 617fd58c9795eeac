export { archiveKindOf, unpackArchive, type ArchiveKind } from './unpack-archive.js';
export type { UnpackLimits } from './unpack-limits.js';
