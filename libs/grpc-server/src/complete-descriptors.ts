import descriptor from 'protobufjs/ext/descriptor.js';

type FileDescriptor = descriptor.IFileDescriptorProto;
type MessageDescriptor = descriptor.IDescriptorProto;

/** Full names of messages and enums, and the file each stands in. */
type Symbols = ReadonlyMap<string, string>;

/**
 * The same files as protoc would have written them: map entries end in `Entry`, references are absolute, and files name those they refer
 * to. protobufjs does none of it, and clients that check what reflection shows them, as those in Go and C++ do, would take none of the files.
 */
export function completeDescriptors(files: readonly Buffer[]): Buffer[] {
  const decoded = files.map((file) => descriptor.FileDescriptorProto.decode(file) as FileDescriptor);
  for (const file of decoded) file.messageType?.forEach(nameEntries);
  const symbols: Symbols = new Map(decoded.flatMap((file) => namesOf(file.messageType, file.enumType, file.package ?? '').map((name) => [name, file.name ?? ''] as const)));
  for (const file of decoded) resolveReferences(file, symbols);
  return decoded.map((file) => Buffer.from(descriptor.FileDescriptorProto.encode(file).finish()));
}

function nameEntries(message: MessageDescriptor): void {
  for (const nested of message.nestedType ?? []) {
    if (nested.options?.mapEntry !== true) nameEntries(nested);
    else {
      const field = message.field?.find(({ typeName }) => typeName === nested.name);
      if (field?.name == null) continue;
      nested.name = entryName(field.name);
      field.typeName = nested.name;
    }
  }
}

/** `version_labels` → `VersionLabelsEntry` */
function entryName(field: string): string {
  return `${field.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Entry`;
}

function namesOf(messages: MessageDescriptor['nestedType'], enums: MessageDescriptor['enumType'], scope: string): string[] {
  const inMessages = (messages ?? []).flatMap(({ name, nestedType, enumType }) => [`${scope}.${name}`, ...namesOf(nestedType, enumType, `${scope}.${name}`)]);
  return [...inMessages, ...(enums ?? []).map(({ name }) => `${scope}.${name}`)];
}

function resolveReferences(file: FileDescriptor, symbols: Symbols): void {
  const used = new Set<string>();
  const resolve = (reference: string, scope: string): string => {
    const name = lookUp(reference, scope, symbols);
    if (name === undefined) return reference;
    used.add(symbols.get(name)!);
    return `.${name}`;
  };
  const visit = (message: MessageDescriptor, scope: string): void => {
    const own = `${scope}.${message.name}`;
    for (const field of message.field ?? []) if (field.typeName) field.typeName = resolve(field.typeName, own);
    for (const nested of message.nestedType ?? []) visit(nested, own);
  };
  const scope = file.package ?? '';
  for (const message of file.messageType ?? []) visit(message, scope);
  for (const { method } of file.service ?? []) {
    for (const one of method ?? []) Object.assign(one, { inputType: resolve(one.inputType ?? '', scope), outputType: resolve(one.outputType ?? '', scope) });
  }
  used.delete(file.name ?? '');
  file.dependency = [...used];
}

/** The nearest definition of that name, from the inside out, as protobuf looks names up. */
function lookUp(reference: string, scope: string, symbols: Symbols): string | undefined {
  if (reference.startsWith('.')) return symbols.has(reference.slice(1)) ? reference.slice(1) : undefined;
  for (let from = scope; from !== ''; from = from.slice(0, Math.max(0, from.lastIndexOf('.')))) {
    if (symbols.has(`${from}.${reference}`)) return `${from}.${reference}`;
  }
  return symbols.has(reference) ? reference : undefined;
}
