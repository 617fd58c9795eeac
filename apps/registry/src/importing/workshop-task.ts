import type { EngineName } from '@switchyard/engine';
import type { FoundModel, Trial, TrialFigures } from '@switchyard/model-import';
import type { ModelFormat } from '@switchyard/model-registry';
import type { ModelForm } from '@switchyard/training';

/** What a process of the workshop can be asked to do; each does one thing and ends. */
export type WorkshopTask =
  | { readonly kind: 'inspect'; readonly files: string; readonly workspace: string; readonly maxModelBytes: number }
  | { readonly kind: 'compile'; readonly source: ModelForm; readonly target: ModelForm }
  | { readonly kind: 'trial'; readonly trial: Trial };

/** What each task is answered with. */
export interface WorkshopResults {
  readonly inspect: FoundModel;
  readonly compile: { readonly compiled: true } | { readonly compiled: false; readonly reason: string };
  readonly trial: TrialFigures;
}

/**
 * What the workshop tries. TensorFlow first: what it answers is what its models mean.
 * The wasm engine is the last resort of machines that have no native library.
 */
export const WORKSHOP_ENGINES: readonly { readonly name: EngineName; readonly formats: readonly ModelFormat[] }[] = [
  { name: 'tensorflow', formats: ['tfjs-layers', 'tfjs-graph', 'saved-model'] },
  { name: 'onnx', formats: ['onnx'] },
  { name: 'wasm', formats: ['tfjs-layers', 'tfjs-graph'] },
];
