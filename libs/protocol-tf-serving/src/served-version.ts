import { ServingError } from '@switchyard/errors';
import type { Manifest } from '@switchyard/model-registry';

/** What of a version decides how a request for it is read. */
export type ServedVersion = Pick<Manifest, 'signature' | 'signatureName' | 'preprocessing'>;

/** The name under which TensorFlow Serving looks for a signature when none is given: a version has one here, so it always means that. */
export const DEFAULT_SIGNATURE_NAME = 'serving_default';

/** A name may be as long as a request. */
const SHOWN_NAME_LENGTH = 200;

/** Whether a caller's `signature_name` means the version's one signature: by its own name, as the default, or by none at all. */
export function isServedSignature(name: string | undefined, { signatureName }: Pick<Manifest, 'signatureName'>): boolean {
  return name === undefined || name === '' || name === signatureName || name === DEFAULT_SIGNATURE_NAME;
}

/** @throws ServingError `invalid-input` when the version has no signature of that name. */
export function assertServedSignature(name: string | undefined, served: Pick<Manifest, 'signatureName'>): void {
  if (isServedSignature(name, served)) return;
  throw new ServingError('invalid-input', `Serving signature name: "${shownName(name!)}" not found in signature def`);
}

/** A signature's name for a message, cut after 200 characters. */
export function shownName(name: string): string {
  return name.length <= SHOWN_NAME_LENGTH ? name : `${name.slice(0, SHOWN_NAME_LENGTH)}…`;
}
