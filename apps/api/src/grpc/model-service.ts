import { ServingError } from '@switchyard/errors';
import type { GrpcService, Protos, UnaryMethod } from '@switchyard/grpc-server';
import { workersServing, type WorkerDirectory } from '@switchyard/inference';
import { CHAMPION, PREVIOUS, findModel, resolveVersion, servedVersions, type CatalogSource } from '@switchyard/model-registry';
import { statusOf, toModelSpec, type PlainModelSpec } from '@switchyard/protocol-tf-serving-grpc';
import type { RegistryCommands } from '@switchyard/queue-bullmq';

const NAME = 'tensorflow.serving.ModelService';
const COMMAND_TIMEOUT_MS = 15_000;
const OK = { error_code: 'OK', error_message: '' } as const;
/** Changes of one call, each a command to the registry. */
const MAX_LABELS = 100;

/** What the methods work with. */
export interface ModelServiceParts {
  readonly protos: Protos;
  readonly catalog: CatalogSource;
  readonly workers: WorkerDirectory;
  readonly registry: RegistryCommands;
}

/** TensorFlow Serving's ModelService (tensorflow_serving/apis/model_service.proto). */
export function modelService(parts: ModelServiceParts): GrpcService {
  return { name: NAME, unary: { GetModelStatus: modelStatus(parts), HandleReloadConfigRequest: reloadConfig(parts) }, streams: {}, statusOf };
}

function modelStatus({ protos, catalog, workers }: ModelServiceParts): UnaryMethod {
  return protos.plainMethod(`${NAME}/GetModelStatus`, (request: { model_spec: PlainModelSpec | null }, call) => {
    const { name, choice } = toModelSpec(request.model_spec);
    const model = findModel(catalog.current(), name);
    call.markModel(model.name);
    const versions = choice === undefined ? servedVersions(model) : [resolveVersion(model, choice).version];
    const stateOf = (version: number): string => (workersServing(workers.current(), name, version) > 0 ? 'AVAILABLE' : 'LOADING');
    return { model_version_status: versions.map((version) => ({ version: String(version), state: stateOf(version), status: OK })) };
  });
}

interface ReloadRequest {
  readonly config: { readonly model_config_list?: { readonly config: readonly ReloadedModel[] } | null } | null;
}

interface ReloadedModel {
  readonly name: string;
  readonly base_path: string;
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

function labelChanges({ name, base_path: basePath, version_labels: labels }: ReloadedModel, catalog: CatalogSource): { model: string; alias: string; version: number }[] {
  const model = findModel(catalog.current(), name);
  if (basePath !== '') {
    throw new ServingError('invalid-input', `The configuration of model "${name}" gives a base_path; models are published to the registry, and only version_labels can be reloaded.`);
  }
  return Object.entries(labels).map(([alias, text]) => {
    const version = Number(text);
    if (alias === CHAMPION || alias === PREVIOUS) throw new ServingError('invalid-input', `The label "${alias}" is the registry's own; promote a version to move it.`);
    if (!model.versions.some((manifest) => manifest.version === version)) throw new ServingError('version-not-found', `Model "${name}" has no version ${text} for the label "${alias}".`);
    return { model: name, alias, version };
  });
}
