import { ServingError } from '@switchyard/errors';
import type { UnaryMethod } from '@switchyard/grpc-server';
import { TRACE_SETTINGS, describeServer, logSettings } from '@switchyard/protocol-open-inference';
import { chooseByName } from '../open-inference/version-choice.js';
import { INFERENCE_SERVICE, type InferenceParts } from './inference-parts.js';

/** What there is to know of the server, and the settings Triton has for every server. */
export function serverMethods(parts: InferenceParts): Record<string, UnaryMethod> {
  const { protos, isReady, version } = parts;
  return {
    ServerLive: protos.plainMethod(`${INFERENCE_SERVICE}/ServerLive`, () => ({ live: true })),
    ServerReady: protos.plainMethod(`${INFERENCE_SERVICE}/ServerReady`, async () => ({ ready: await isReady() })),
    ServerMetadata: protos.plainMethod(`${INFERENCE_SERVICE}/ServerMetadata`, () => describeServer(version)),
    ...settingsMethods(parts),
    ...sharedMemoryMethods(parts),
  };
}

function settingsMethods({ protos, predictions, logLevel }: InferenceParts): Record<string, UnaryMethod> {
  return {
    TraceSetting: protos.plainMethod(`${INFERENCE_SERVICE}/TraceSetting`, (request: { settings: object; model_name: string }) => {
      if (Object.keys(request.settings).length > 0) throw new ServingError('unsupported', 'the server does not support tracing');
      if (request.model_name !== '') chooseByName(predictions, request.model_name, undefined);
      return { settings: Object.fromEntries(Object.entries(TRACE_SETTINGS).map(([name, value]) => [name, { value: [value].flat() }])) };
    }),
    LogSettings: protos.plainMethod(`${INFERENCE_SERVICE}/LogSettings`, (request: { settings: object }) => {
      if (Object.keys(request.settings).length > 0) {
        throw new ServingError('unsupported', 'the server does not support dynamic logging: the variable LOG_LEVEL sets its level at the start');
      }
      return { settings: Object.fromEntries(Object.entries(logSettings(logLevel)).map(([name, value]) => [name, settingOf(value)])) };
    }),
  };
}

function settingOf(value: string | boolean | number): object {
  if (typeof value === 'boolean') return { bool_param: value };
  return typeof value === 'number' ? { uint32_param: value } : { string_param: value };
}

/** Nothing is ever registered: the status is empty, and clients that begin by unregistering everything find it done. */
function sharedMemoryMethods({ protos }: InferenceParts): Record<string, UnaryMethod> {
  const methods = ['System', 'Cuda'].flatMap((kind) => {
    const method = (verb: string, answer: () => object): [string, UnaryMethod] => [`${kind}SharedMemory${verb}`, protos.plainMethod(`${INFERENCE_SERVICE}/${kind}SharedMemory${verb}`, answer)];
    return [
      method('Status', () => ({ regions: {} })),
      method('Register', () => {
        throw new ServingError('unsupported', 'Shared memory is not supported; tensors travel in the messages.');
      }),
      method('Unregister', () => ({})),
    ];
  });
  return Object.fromEntries(methods);
}
