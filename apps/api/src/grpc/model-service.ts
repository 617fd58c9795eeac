import { ServingError } from '@switchyard/errors';
import type { GrpcService, Protos, UnaryMethod } from '@switchyard/grpc-server';
import { CHAMPION, PREVIOUS, findModel, type CatalogSource } from '@switchyard/model-registry';
import { statusOf } from '@switchyard/protocol-tf-serving-grpc';
import type { RegistryCommands } from '@switchyard/queue-bullmq';
import type { ServableStates } from '../tf-serving/servable-states.js';
import { modelStatus } from './model-status.js';

const NAME = 'tensorflow.serving.ModelService';
const COMMAND_TIMEOUT_MS = 15_000;
const OK = { error_code: 'OK', error_message: '' } as const;
/** Changes of one call, each a command to the registry. */
const MAX_LABELS = 100;

/** What the methods work with. */
export interface ModelServiceParts {
  readonly protos: Protos;
  readonly catalog: CatalogSource;
  readonly states: ServableStates;
  readonly registry: RegistryCommands;
}

/** TensorFlow Serving's ModelService (tensorflow_serving/apis/model_service.proto). */
export function modelService(parts: ModelServiceParts): GrpcService {
  return { name: NAME, unary: { GetModelStatus: modelStatus(parts), HandleReloadConfigRequest: reloadConfig(parts) }, streams: {}, statusOf };
}

interface ReloadRequest {
  readonly config: { readonly model_config_list?: { readonly config: readonly ReloadedModel[] } | null } | null;
}

interface ReloadedModel {
  readonly name: string;
  readonly base_path: string;
  readonly model_version_policy: object | null;
  readonly version_labels: Readonly<Record<string, string>>;
}

/**
 * Of what TensorFlow Serving reloads, the version labels: they become aliases. Which models and versions there are is the registry's to
 * say, and a configuration that asks for others is refused rather than half obeyed.
 */
function reloadConfig({ protos, catalog, registry }: ModelServiceParts): UnaryMethod {
  return protos.plainMethod(`${NAME}/HandleReloadConfigRequest`, async (request: ReloadRequest) => {
    const models = request.config?.model_config_list?.config;
    if (models === undefined) throw new ServingError('invalid-input', 'The ReloadConfigRequest has no model_config_list, which is the only kind of configuration that can be reloaded.');
    const changes = models.flatMap((model) => labelChanges(model, catalog));
    if (changes.length > MAX_LABELS) throw new ServingError('invalid-input', `The configuration sets ${changes.length} version labels; at most ${MAX_LABELS} are accepted at once.`);
    for (const change of changes) await registry.execute({ command: 'set-alias', by: 'tf-serving-grpc', why: 'HandleReloadConfigRequest', ...change }, { timeoutMs: COMMAND_TIMEOUT_MS });
    return { status: OK, metric: [] };
  });
}

function labelChanges(config: ReloadedModel, catalog: CatalogSource): { model: string; alias: string; version: number }[] {
  const { name, version_labels: labels } = config;
  const model = findModel(catalog.current(), name);
  assertLabelsOnly(config);
  return Object.entries(labels).map(([alias, text]) => {
    const version = Number(text);
    if (alias === CHAMPION || alias === PREVIOUS) throw new ServingError('invalid-input', `The label "${alias}" is the registry's own; promote a version to move it.`);
    if (!model.versions.some((manifest) => manifest.version === version)) throw new ServingError('version-not-found', `Model "${name}" has no version ${text} for the label "${alias}".`);
    return { model: name, alias, version };
  });
}

/** @throws ServingError `invalid-input` for what would have to be the registry's doing. */
function assertLabelsOnly({ name, base_path: basePath, model_version_policy: policy }: ReloadedModel): void {
  const given = `The configuration of model "${name}" gives a`;
  if (basePath !== '') throw new ServingError('invalid-input', `${given} base_path; models are published to the registry, and only version_labels can be reloaded.`);
  if (policy !== null) throw new ServingError('invalid-input', `${given} model_version_policy; served are the versions that aliases point to, and only version_labels can be reloaded.`);
}
