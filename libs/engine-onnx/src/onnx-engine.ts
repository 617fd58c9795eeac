import { join } from 'node:path';
import type * as ort from 'onnxruntime-node';
import { defineEngine, type Engine, type ModelArtifact, type NativeModel } from '@switchyard/engine';
import type { TensorMap } from '@switchyard/tensor';
import { declaredTensors } from './declared-tensors.js';
import { importRuntime, type OnnxRuntime } from './onnx-runtime.js';
import { fromOrtTensor, toOrtTensor } from './onnx-tensors.js';

export interface OnnxEngineOptions {
  /**
   * Threads within one run, 1 by default: small models lose more to handing work over than they gain, and several hosts
   * (`isolateEngine`) use the cores better than several threads in one.
   */
  readonly intraOpThreads?: number;
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
      const runtime = await importRuntime();
      const session = await runtime.InferenceSession.create(join(artifact.directory, 'model.onnx'), sessionOptions(options));
      try {
        return nativeModel(runtime, session, artifact);
      } catch (mismatch) {
        await session.release();
        throw mismatch;
      }
    },
  });
}

function sessionOptions({ intraOpThreads = 1 }: OnnxEngineOptions): ort.InferenceSession.SessionOptions {
  return {
    intraOpNumThreads: intraOpThreads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Errors arrive as exceptions; anything below is chatter on stderr.
    logSeverityLevel: 4,
    // Idle threads that spin would take the cores from the event loop and from other hosts.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

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
