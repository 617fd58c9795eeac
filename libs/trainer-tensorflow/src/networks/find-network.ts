import { ServingError } from '@switchyard/errors';
import { mnistCnn } from './mnist-cnn.js';
import type { Network } from './network.js';
import { twoFeatureClassifier } from './two-feature-classifier.js';

/** Every network a pipeline's `trainer` may name. */
const NETWORKS: Readonly<Record<string, Network>> = {
  'mnist-cnn': mnistCnn,
  'two-feature-classifier': twoFeatureClassifier,
};

/** @throws ServingError `invalid-input` naming the networks there are. */
export function findNetwork(name: string): Network {
  const network = Object.hasOwn(NETWORKS, name) ? NETWORKS[name] : undefined;
  if (network !== undefined) return network;
  throw new ServingError('invalid-input', `There is no network "${name}"; the networks are: ${Object.keys(NETWORKS).join(', ')}.`);
}
