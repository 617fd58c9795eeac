/** From half a millisecond (a small model, idle server) to the default request deadline. */
export const LATENCY_BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Batch sizes are powers of two. */
export const ROW_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
