import type { Artifact, Manifest } from '@switchyard/model-registry';
import { ServingError } from '@switchyard/errors';
import type { Engine, EngineName } from './engine.js';

export interface EngineChoice {
  readonly engine: Engine;
  readonly artifact: Artifact;
}

/**
 * The engine to run a version, and the form of the model it is given: the engine the operator pinned goes first, else the one found
 * fastest when the version was published, then the others in their order. Of the forms an engine runs, the first (fastest) is taken.
 * Several engines may go by one name, with formats of their own.
 * @throws ServingError `engine-unavailable` naming the formats and engines at hand.
 */
export function selectEngine(engines: readonly Engine[], manifest: Manifest, pinned?: EngineName): EngineChoice {
  const first = pinned ?? manifest.engineChoice?.engine;
  const names = new Set(engines.map(({ name }) => name).sort((a, b) => Number(b === first) - Number(a === first)));
  for (const name of names) {
    for (const artifact of manifest.artifacts) {
      const engine = engines.find((candidate) => candidate.name === name && candidate.formats.includes(artifact.format));
      if (engine !== undefined) return { engine, artifact };
    }
  }
  const formats = manifest.artifacts.map((artifact) => artifact.format).join(', ');
  throw new ServingError(
    'engine-unavailable',
    `Model "${manifest.name}" version ${manifest.version} comes as ${formats}; none of the engines here (${[...names].join(', ') || 'none'}) runs that.`,
  );
}
