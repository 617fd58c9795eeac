export { datasetSource } from './dataset-source.js';
export { mnistSource } from './mnist-source.js';
export { twoFeaturePointsSource } from './two-feature-points-source.js';
