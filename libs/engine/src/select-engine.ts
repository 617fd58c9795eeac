import type { Artifact, Manifest } from '@switchyard/model-registry';
import { ServingError } from '@switchyard/errors';
import type { Engine } from './engine.js';

export interface EngineChoice {
  readonly engine: Engine;
  readonly artifact: Artifact;
}

/**
 * The first engine, in the operator's order of preference, that runs one of the version's artifacts (fastest artifact first).
 * @throws ServingError `engine-unavailable` naming the formats and engines at hand.
 */
export function selectEngine(engines: readonly Engine[], manifest: Manifest): EngineChoice {
  for (const engine of engines) {
    const artifact = manifest.artifacts.find((candidate) => engine.formats.includes(candidate.format));
    if (artifact !== undefined) return { engine, artifact };
  }
  const formats = manifest.artifacts.map((artifact) => artifact.format).join(', ');
  throw new ServingError(
    'engine-unavailable',
    `Model "${manifest.name}" version ${manifest.version} comes as ${formats}; none of the engines here (${engines.map((engine) => engine.name).join(', ') || 'none'}) runs that.`,
  );
}
