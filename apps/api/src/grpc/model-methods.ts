import type { GrpcCall, UnaryMethod } from '@switchyard/grpc-server';
import { workersServing } from '@switchyard/inference';
import { findModel, servedVersions, type Manifest } from '@switchyard/model-registry';
import { describeConfig, describeModel, noStatistics, statisticsOf } from '@switchyard/open-inference';
import { chooseByName } from '../open-inference/version-choice.js';
import { INFERENCE_SERVICE, type InferenceParts } from './inference-parts.js';

/** A request that names a model, and perhaps a version. */
interface NamedModel {
  readonly name: string;
  readonly version: string;
}

/** What there is to know of a model, from the same descriptions as over REST. */
export function modelMethods(parts: InferenceParts): Record<string, UnaryMethod> {
  const { protos, predictions, catalog, workers, maxRows } = parts;
  const choose = ({ name, version }: NamedModel, call: GrpcCall): Manifest => {
    const manifest = chooseByName(predictions, name, version || undefined);
    call.markModel(manifest.name);
    return manifest;
  };
  const served = ({ name }: Manifest): number[] => servedVersions(findModel(catalog.current(), name));
  const method = (name: string, answer: (request: NamedModel, call: GrpcCall) => object): UnaryMethod => protos.plainMethod(`${INFERENCE_SERVICE}/${name}`, answer);
  return {
    ModelReady: method('ModelReady', (request, call) => {
      const { name, version } = choose(request, call);
      return { ready: workersServing(workers.current(), name, version) > 0 };
    }),
    ModelMetadata: method('ModelMetadata', (request, call) => {
      const manifest = choose(request, call);
      return describeModel(manifest, served(manifest));
    }),
    ModelConfig: method('ModelConfig', (request, call) => {
      const manifest = choose(request, call);
      return { config: describeConfig(manifest, served(manifest), maxRows) };
    }),
    ModelStatistics: method('ModelStatistics', (request, call) => ({ model_stats: statisticsFor(request, call, parts) })),
  };
}

/** Those of one version, of every version of a model that serves, or of all models. */
function statisticsFor({ name, version }: NamedModel, call: GrpcCall, { predictions, catalog, statistics }: InferenceParts): object[] {
  const of = (model: string, number: number): object => statisticsOf(statistics.of(model, number)[0] ?? noStatistics(model, number));
  if (name === '') return catalog.current().models.flatMap((model) => servedVersions(model).map((number) => of(model.name, number)));
  const manifest = chooseByName(predictions, name, version || undefined);
  call.markModel(manifest.name);
  const versions = version === '' ? servedVersions(findModel(catalog.current(), name)) : [manifest.version];
  return versions.map((number) => of(name, number));
}
