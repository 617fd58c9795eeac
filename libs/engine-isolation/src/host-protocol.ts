import type { ErrorFrame } from '@switchyard/errors';
import type { ModelArtifact, RunOptions } from '@switchyard/engine';
import type { TensorMap } from '@switchyard/tensor';

/** Where a host finds the engine it hosts; must survive a structured clone. */
export interface HostedEngine {
  /** URL of a JavaScript module. */
  readonly moduleUrl: string;
  /** Its export that makes the engine: `(factoryOptions) => Engine | Promise<Engine>`. */
  readonly factoryName: string;
  readonly factoryOptions?: unknown;
}

/** What a host can be asked. `model` is a number the asking side chose. */
export type HostTask =
  | { readonly kind: 'start'; readonly hosted: HostedEngine }
  | { readonly kind: 'load'; readonly model: number; readonly artifact: ModelArtifact }
  | ({ readonly kind: 'run'; readonly model: number; readonly inputs: TensorMap } & RunOptions)
  | { readonly kind: 'dispose'; readonly model: number }
  | { readonly kind: 'close' };

export interface HostRequest {
  readonly id: number;
  readonly task: HostTask;
}

/** What each task is answered with. */
export interface HostResults {
  readonly start: undefined;
  readonly load: { readonly maxConcurrentRuns: number };
  readonly run: TensorMap;
  readonly dispose: undefined;
  readonly close: undefined;
}

/** Replies carry the id of their request and come in any order. */
export type HostReply =
  | { readonly id: number; readonly ok: true; readonly result: HostResults[HostTask['kind']] }
  /** `detail` is the library's own words, for the log; `error` is what a client may read. */
  | { readonly id: number; readonly ok: false; readonly error: ErrorFrame; readonly detail: string };
