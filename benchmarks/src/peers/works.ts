/** What `npm run bench:peers` measures; BENCH_WORKS chooses. */
export const WORKS = ['rows', 'messages', 'pictures', 'batches', 'tensors', 'jobs', 'mixed', 'processes'] as const;
export type Work = (typeof WORKS)[number];
