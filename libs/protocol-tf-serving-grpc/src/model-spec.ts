import { ServingError } from '@switchyard/errors';
import { lengthDelimited, readBoundedInt64, readNested, readText, varint, type WireReader, type WireWriter } from '@switchyard/protobuf-wire';
import type { Manifest, VersionChoice } from '@switchyard/model-registry';

/** `tensorflow.serving.ModelSpec`: which model, which of its versions, which signature. */
export interface ModelSpec {
  readonly name: string;
  readonly choice: VersionChoice;
  /** Empty for the default one. */
  readonly signatureName: string;
}

const NAME = lengthDelimited(1);
const VERSION = lengthDelimited(2);
const SIGNATURE_NAME = lengthDelimited(3);
const VERSION_LABEL = lengthDelimited(4);
/** google.protobuf.Int64Value */
const VALUE = varint(1);

/** Reads a ModelSpec on the wire. */
export function readModelSpec(reader: WireReader): ModelSpec {
  const spec: { name: string; choice: VersionChoice; signatureName: string } = { name: '', choice: undefined, signatureName: '' };
  readNested(reader, (tag) => {
    if (tag === NAME) spec.name = readText(reader);
    else if (tag === SIGNATURE_NAME) spec.signatureName = readText(reader);
    // The last of a oneof's fields counts.
    else if (tag === VERSION) spec.choice = { version: readVersion(reader) };
    else if (tag === VERSION_LABEL) spec.choice = { alias: readText(reader) };
    else return false;
    return true;
  });
  return spec;
}

/** A ModelSpec as plain objects have it (64-bit integers as text). */
export interface PlainModelSpec {
  readonly name: string;
  readonly version_choice?: 'version' | 'version_label';
  readonly version?: { readonly value: string } | null;
  readonly version_label?: string;
  readonly signature_name: string;
}

/** The same of a message read as a plain object. @throws ServingError `invalid-input` without a spec or a name, in TensorFlow Serving's words. */
export function toModelSpec(plain: PlainModelSpec | null): ModelSpec {
  const spec = plain ?? undefined;
  return assertNamed(spec && { name: spec.name, choice: choiceOf(spec), signatureName: spec.signature_name });
}

/** @throws ServingError `invalid-input` without a spec or a name, in TensorFlow Serving's words (server_core.cc). */
export function assertNamed(spec: ModelSpec | undefined): ModelSpec {
  if (spec === undefined) throw new ServingError('invalid-input', 'Missing ModelSpec');
  if (spec.name === '') throw new ServingError('invalid-input', 'ModelSpec has no name specified.');
  return spec;
}

/** The spec of an answer: the version that gave it. */
export function servedSpec({ name, version, signatureName }: Manifest): object {
  return { name, version: { value: String(version) }, signature_name: signatureName };
}

/** Writes what `servedSpec` says, for the messages that count. */
export function writeServedSpec(writer: WireWriter, { name, version, signatureName }: Manifest): void {
  writer.uint32(NAME).string(name).uint32(VERSION).fork().uint32(VALUE).int64(version).ldelim().uint32(SIGNATURE_NAME).string(signatureName);
}

function readVersion(reader: WireReader): number {
  let version = 0;
  readNested(reader, (tag) => {
    if (tag !== VALUE) return false;
    version = readBoundedInt64(reader);
    return true;
  });
  return version;
}

function choiceOf({ version_choice: kind, version, version_label: label }: PlainModelSpec): VersionChoice {
  if (kind === 'version') return { version: Number(version?.value ?? 0) };
  return kind === 'version_label' ? { alias: label ?? '' } : undefined;
}
