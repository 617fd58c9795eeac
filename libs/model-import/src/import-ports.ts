import type { EngineName, InspectedModel } from '@switchyard/engine';
import type { ModelFormat, RegistryCommand, RegistryResult, Signature } from '@switchyard/model-registry';
import type { ModelForm, Parity } from '@switchyard/training';

/** A model that was found among foreign files. */
export interface FoundModel {
  /** Absolute path of the folder that holds the model's files and nothing else, under the names its engines look for. */
  readonly directory: string;
  readonly model: InspectedModel;
}

/** A few batches on one engine. */
export interface Trial {
  readonly engine: EngineName;
  readonly form: ModelForm;
  readonly signature: Signature;
  /** What the file calls it. */
  readonly signatureName: string;
  /** Where the answers are kept (absolute path), for later trials to be compared with. */
  readonly answersFile: string;
  /** Answers of an earlier trial of the same model. */
  readonly compareWith: string | null;
}

export interface TrialFigures {
  /** What the best run of each batch size took; empty where which sizes the model takes is not known, so that it was only loaded. */
  readonly costs: readonly { readonly rows: number; readonly ms: number }[];
  /** How far the answers are from those of the trial compared with. */
  readonly parity: Parity | null;
}

/**
 * Touches foreign files, so that nobody else has to.
 * The implementer promises to do each thing in a process of its own, with an end to its time and memory: a model that crashes, hangs or eats
 * memory is a ServingError `model-invalid`, and nothing more. The caller promises folders of this import alone.
 */
export interface ModelWorkshop {
  /** What can be tried here, the reference for the others' answers first. */
  readonly engines: readonly { readonly name: EngineName; readonly formats: readonly ModelFormat[] }[];
  /**
   * Unpacks an archive, finds the model and reads what it says of itself.
   * @param files folder of the files as they were received @param workspace an absent folder, for what is unpacked
   * @throws ServingError `model-invalid` | `invalid-input` | `payload-too-large`
   */
  inspect(files: string, workspace: string): Promise<FoundModel>;
  /** Compiles a model for a faster engine into `target.directory`. @throws ServingError when the compiler itself fails */
  compile(source: ModelForm, target: ModelForm): Promise<{ readonly compiled: true } | { readonly compiled: false; readonly reason: string }>;
  /** Loads and runs. @throws ServingError `model-invalid` | `engine-failed`; `engine-unavailable` when the engine's library is missing here */
  tryOut(trial: Trial): Promise<TrialFigures>;
}

/** The way to the registry; may be repeated. */
export interface ImportPublisher {
  /** @throws ServingError also when no answer came in time; the command may then have been carried out. */
  publish(command: RegistryCommand): Promise<RegistryResult>;
}
