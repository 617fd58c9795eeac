import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { signatureSchema, type ModelFormat, type Signature } from '@switchyard/model-registry';
import type { ModelInspector } from './model-inspector.js';
import { REFERENCE_MODELS, type ReferenceModelName } from './reference-models.js';

export interface InspectorConformanceOptions {
  createInspector(): ModelInspector;
  readonly format: ModelFormat;
  /** The folder of a reference model, or of `garbage`: files with the right names that are no model. By default those that come with the suite, in `format`. */
  directoryOf?(model: ReferenceModelName | 'garbage'): string;
}

/** What every inspector must do, whatever its format: the promises of `ModelInspector`, one test each. */
export function inspectorConformance(options: InspectorConformanceOptions): void {
  const directoryOf = options.directoryOf ?? ((model) => fileURLToPath(new URL(`../fixtures/${options.format}/${model}`, import.meta.url)));

  describe(`inspector conformance, ${options.format}`, () => {
    let inspector: ModelInspector;
    beforeAll(() => {
      inspector = options.createInspector();
    });

    it('recognizes the folder of a model of its format, and no other', async () => {
      expect(inspector.format).toBe(options.format);
      expect(await inspector.recognizes(directoryOf('affine'))).toBe(true);
      expect(await inspector.recognizes(`${directoryOf('affine')}-absent`)).toBe(false);
      expect(await inspector.recognizes(fileURLToPath(new URL('.', import.meta.url)))).toBe(false);
    });

    it.each(Object.keys(REFERENCE_MODELS) as ReferenceModelName[])('tells inputs and outputs of the %s model, ready for a manifest', async (name) => {
      const { format, signatures, fixedRows } = await inspector.inspect(directoryOf(name));
      expect({ format, fixedRows }).toEqual({ format: options.format, fixedRows: null });
      expect(signatures).toHaveLength(1);
      expect(signatures[0]).toMatchObject({ name: 'serving_default', methodName: 'predict' });
      expect(byName(signatures[0]!.signature)).toEqual(byName(REFERENCE_MODELS[name].signature));
      expect(() => signatureSchema.parse(signatures[0]!.signature)).not.toThrow();
    });

    it('says of files that are no model that they cannot be served', async () => {
      for (const directory of [directoryOf('garbage'), `${directoryOf('garbage')}-absent`]) {
        const refusal = inspector.inspect(directory);
        await expect(refusal).rejects.toMatchObject({ name: 'ServingError', kind: 'model-invalid', message: expect.stringMatching(/\.$/) });
        await expect(refusal).rejects.not.toThrow(directory);
      }
    });

    it('inspects several models at once', async () => {
      const inspected = await Promise.all([inspector.inspect(directoryOf('affine')), inspector.inspect(directoryOf('lookup'))]);
      expect(inspected.map(({ signatures }) => signatures[0]!.signature.inputs.length)).toEqual([2, 1]);
    });
  });
}

/** The order of tensors is the file's own; names decide. */
function byName({ inputs, outputs }: Signature): object {
  const sorted = (specs: Signature['inputs']) => specs.toSorted((a, b) => a.name.localeCompare(b.name));
  return { inputs: sorted(inputs), outputs: sorted(outputs) };
}
