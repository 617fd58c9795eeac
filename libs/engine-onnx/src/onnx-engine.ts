import { join } from 'node:path';
import type * as ort from 'onnxruntime-node';
import { defineEngine, type Engine, type ModelArtifact, type NativeModel } from '@switchyard/engine';
import type { TensorMap } from '@switchyard/tensor';
import { declaredTensors } from './declared-tensors.js';
import { hasDearRows } from './dear-rows.js';
import { importRuntime, type OnnxRuntime } from './onnx-runtime.js';
import { fromOrtTensor, toOrtTensor } from './onnx-tensors.js';

export interface OnnxEngineOptions {
  /** Threads within one run, 1 by default: quick models lose more to handing work over than they gain. */
  readonly intraOpThreads?: number;
  /** The same for models whose single row takes long (`hasDearRows`), which gain from every core; by default as for all others. */
  readonly dearRowThreads?: number;
}

/**
 * The engine for ONNX files (`model.onnx`), on onnxruntime-node. Inputs and outputs are not copied in JavaScript.
 * The library runs on the calling thread and blocks it: a service hosts this engine off its event loop.
 */
export function createOnnxEngine(options: OnnxEngineOptions = {}): Engine {
  return defineEngine({
    name: 'onnx',
    formats: ['onnx'],
    maxConcurrentRuns: 1,
    async read(artifact) {
      const { intraOpThreads = 1, dearRowThreads = intraOpThreads } = options;
      const model = await readModel(artifact, { intraOpNumThreads: intraOpThreads });
      // Judged on few threads: to wait for others on a busy machine would make any row look dear.
      if (dearRowThreads === intraOpThreads || !(await hasDearRows(model, artifact.signature))) return model;
      // Made again rather than beside: of two sessions each would hold the weights.
      await model.release();
      return await readModel(artifact, { intraOpNumThreads: dearRowThreads, ...LEAN });
    },
  });
}

async function readModel(artifact: ModelArtifact, options: ort.InferenceSession.SessionOptions): Promise<NativeModel> {
  const runtime = await importRuntime();
  const session = await runtime.InferenceSession.create(join(artifact.directory, 'model.onnx'), { ...SESSION_OPTIONS, ...options });
  try {
    return nativeModel(runtime, session, artifact);
  } catch (mismatch) {
    await session.release();
    throw mismatch;
  }
}

const SESSION_OPTIONS: ort.InferenceSession.SessionOptions = {
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  // Errors arrive as exceptions; anything below is chatter on stderr.
  logSeverityLevel: 4,
  // Idle threads that spin would take the cores from the event loop and from other hosts.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

/** Memory planned for each shape of a batch is kept for each: a fifth of what a large model takes, and it saves a run a few microseconds. */
const LEAN: ort.InferenceSession.SessionOptions = { enableMemPattern: false };

function nativeModel(runtime: OnnxRuntime, session: ort.InferenceSession, { signature }: ModelArtifact): NativeModel {
  const outputNames = signature.outputs.map((spec) => spec.name);
  return {
    declared: declaredTensors(session),
    async run(inputs: TensorMap) {
      const feeds: Record<string, ort.Tensor> = {};
      for (const [name, of] of inputs) feeds[name] = toOrtTensor(runtime, name, of);
      const answers = await session.run(feeds, outputNames);
      return new Map(
        signature.outputs.flatMap((spec) => {
          const answer = answers[spec.name];
          return answer === undefined ? [] : [[spec.name, fromOrtTensor(spec.dtype, answer)] as const];
        }),
      );
    },
    release: () => session.release(),
  };
}
