import type { Manifest } from '@switchyard/model-registry';

/** Scores of a version on held-out rows, by the names of the metrics. */
export type Scores = Manifest['metrics'];

type ScoredVersion = Pick<Manifest, 'version' | 'metrics' | 'lineage'>;

/**
 * The scores that a run with uploads is held against: of the champion and of those it descends from, back to the last that learnt from no
 * uploads. Were it the champion's alone, each run could be a little worse than the one before, and uploads could wear a model down.
 * @param dataset scores on the held-out rows of another one do not compare, and are passed over
 */
export function scoresToKeep(versions: readonly ScoredVersion[], champion: number | null, dataset: string): Scores[] {
  const scores: Scores[] = [];
  let next = champion;
  while (next !== null) {
    const manifest = versions.find(({ version }) => version === next);
    if (manifest === undefined) break;
    const { datasetName, uploads = 0, parentVersion } = manifest.lineage;
    if (datasetName === dataset) scores.push(manifest.metrics);
    // Versions are numbered as they come: a parent that is no older than its child is none.
    next = uploads > 0 && parentVersion !== null && parentVersion < manifest.version ? parentVersion : null;
  }
  return scores;
}
