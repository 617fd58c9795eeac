export { defineTfjsEngine, type TfjsEngineDefinition } from './define-tfjs-engine.js';
export type { Tfjs, TfjsGraphModel, TfjsLayersModel, TfjsRuntime } from './tfjs-runtime.js';
export { prepareTfjsNode } from './prepare-tfjs-node.js';
export { graphModel, layersModel, type TfjsModel } from './tfjs-model.js';
