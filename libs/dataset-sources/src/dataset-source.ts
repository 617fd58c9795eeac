import { ServingError } from '@switchyard/errors';
import type { DatasetSource } from '@switchyard/training';
import { mnistSource } from './mnist-source.js';
import { twoFeaturePointsSource } from './two-feature-points-source.js';

const SOURCES: Readonly<Record<string, () => DatasetSource>> = {
  mnist: () => mnistSource(),
  'two-feature-points': () => twoFeaturePointsSource(),
};

/** The dataset source a pipeline names. @throws ServingError `invalid-input` naming the sources there are. */
export function datasetSource(name: string): DatasetSource {
  const create = Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined;
  if (create !== undefined) return create();
  throw new ServingError('invalid-input', `There is no dataset "${name}"; the datasets are: ${Object.keys(SOURCES).join(', ')}.`);
}
