import { join } from 'node:path';
import type * as ort from 'onnxruntime-node';
import { ServingError } from '@switchyard/errors';
import { defineEngine, type Engine, type ModelArtifact, type NativeModel, type TensorDeclaration } from '@switchyard/engine';
import type { TensorMap } from '@switchyard/tensor';
import { keepFloat16AsBits } from './keep-float16-as-bits.js';
import { dtypeOf, fromOrtTensor, toOrtTensor } from './onnx-tensors.js';

export interface OnnxEngineOptions {
  /**
   * Threads within one run, 1 by default: small models lose more to handing work over than they gain, and several hosts
   * (`isolateEngine`) use the cores better than several threads in one.
   */
  readonly intraOpThreads?: number;
}

type Runtime = typeof ort;

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

async function importRuntime(): Promise<Runtime> {
  try {
    const runtime = await import('onnxruntime-node');
    keepFloat16AsBits(runtime);
    return runtime;
  } catch (cause) {
    throw new ServingError(
      'engine-unavailable',
      'The onnx engine cannot start: onnxruntime-node has no library for this platform. Models in a tfjs format can be served by the wasm engine.',
      { cause },
    );
  }
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

function nativeModel(runtime: Runtime, session: ort.InferenceSession, { signature }: ModelArtifact): NativeModel {
  const outputNames = signature.outputs.map((spec) => spec.name);
  return {
    declared: { inputs: session.inputMetadata.map(declaration), outputs: session.outputMetadata.map(declaration) },
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

/** @throws ServingError `model-invalid` for values no signature can describe. */
function declaration(metadata: ort.InferenceSession.ValueMetadata): TensorDeclaration {
  const dtype = metadata.isTensor ? dtypeOf(metadata.type) : null;
  if (!metadata.isTensor || dtype === null) {
    throw new ServingError(
      'model-invalid',
      `"${metadata.name}" is ${metadata.isTensor ? metadata.type : 'not a tensor'} in the model; a signature cannot describe that.`,
    );
  }
  // The library reports an unknown rank as an empty shape.
  if (metadata.shape.length === 0) return { name: metadata.name, dtype, shape: null };
  return { name: metadata.name, dtype, shape: metadata.shape.map((size) => (typeof size === 'number' ? size : null)) };
}
