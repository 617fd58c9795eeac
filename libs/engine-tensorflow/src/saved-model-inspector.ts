import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { deriveSignature, type DerivedSignature, type InspectedModel, type InspectedSignature, type ModelInspector } from '@switchyard/engine';
import { SAVED_MODEL_FILE, readSignatures, type DeclaredSignature } from './read-signatures.js';

/**
 * Inspects SavedModels (`saved_model.pb` and `variables/`) of any age, by reading their signatures; TensorFlow is not loaded.
 * Signatures that cannot be served (sparse or resource inputs, no batch dimension) are left out as long as one can.
 */
export function createSavedModelInspector(): ModelInspector {
  return {
    format: 'saved-model',
    recognizes: (directory) => access(join(directory, SAVED_MODEL_FILE)).then(() => true, () => false),
    async inspect(directory): Promise<InspectedModel> {
      const derived = servedOf(await readSignatures(directory));
      // A published version serves one signature; what they fix, they fix for the same graph.
      return { format: 'saved-model', signatures: derived.map(({ inspected }) => inspected), fixedRows: derived[0]?.fixedRows ?? null };
    },
  };
}

interface Served {
  readonly inspected: InspectedSignature;
  readonly fixedRows: DerivedSignature['fixedRows'];
}

/** @throws ServingError `model-invalid` with the reason of the first when none can be served. */
function servedOf(declared: readonly DeclaredSignature[]): Served[] {
  const refusals: unknown[] = [];
  const served = declared.flatMap(({ name, methodName, declaration }) => {
    try {
      const { signature, fixedRows } = deriveSignature(declaration());
      return [{ inspected: { name, methodName, signature }, fixedRows }];
    } catch (refusal) {
      refusals.push(refusal);
      return [];
    }
  });
  if (served.length === 0) throw refusals[0];
  return served;
}
