import type { BatchPolicy } from '@switchyard/batching';
import type { Catalog } from '@switchyard/model-registry';
import type { LoadedVersion } from '../loading/load-version.js';

/** Gives every loaded version the limits that an operator has set for its model, within what this worker was configured and warmed up for. */
export function applyBatchingLimits(versions: readonly LoadedVersion[], catalog: Catalog, configured: BatchPolicy): void {
  const limitsOf = new Map(catalog.models.map(({ name, batching }) => [name, batching]));
  for (const { manifest, batcher } of versions) {
    const limits = limitsOf.get(manifest.name) ?? {};
    batcher.policy = {
      maxBatchRows: Math.min(limits.maxBatchRows ?? Infinity, configured.maxBatchRows),
      maxQueuedRows: limits.maxQueuedRows ?? configured.maxQueuedRows,
      maxQueuedBytes: limits.maxQueuedBytes ?? configured.maxQueuedBytes,
      maxQueueDelayMs: limits.maxQueueDelayMs ?? configured.maxQueueDelayMs,
    };
  }
}
