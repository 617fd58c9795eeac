import type { PackageDefinition } from '@grpc/proto-loader';
import { completeDescriptors } from './complete-descriptors.js';

interface WithFiles {
  readonly fileDescriptorProtos: Buffer[];
}

/** The definition as reflection is to show it: with files that are complete. */
export function reflectedDefinition(definition: PackageDefinition): PackageDefinition {
  const parts: readonly object[] = Object.values(definition);
  const files = [...new Set(parts.filter(hasFiles).flatMap(({ fileDescriptorProtos }) => fileDescriptorProtos))];
  const fileDescriptorProtos = completeDescriptors(files);
  // Every part may show every file: reflection looks names up in all of them. Services have none of their own.
  return Object.fromEntries(Object.entries(definition).map(([name, part]) => [name, hasFiles(part) ? { ...part, fileDescriptorProtos } : part])) as PackageDefinition;
}

function hasFiles(part: object): part is WithFiles {
  return Array.isArray((part as Partial<WithFiles>).fileDescriptorProtos);
}
