export const TRACES = ['poisson', 'bursty', 'diurnal'] as const;
export type Trace = (typeof TRACES)[number];

/** A burst is this much above the mean, for a fifth of the time; in between the rate is what is left. */
const BURST_FACTOR = 3;
const BURST_SHARE = 0.2;
const BURSTS = 10;
/** The whole trace is one day, in fast motion; the rate swings between a fifth and nine fifths of the mean. */
const DAY_SWING = 0.8;

export interface ArrivalOptions {
  readonly trace: Trace;
  /** On average. */
  readonly rowsPerMs: number;
  readonly rows: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Times of arrival in milliseconds, ascending: a Poisson process whose rate follows the trace (thinned, after Lewis and Shedler 1979). */
export function arrivalTimes({ trace, rowsPerMs, rows, random }: ArrivalOptions): Float64Array {
  const times = new Float64Array(rows);
  const durationMs = rows / rowsPerMs;
  const peak = BURST_FACTOR;
  let atMs = 0;
  for (let index = 0; index < rows; ) {
    atMs -= Math.log(1 - random()) / (rowsPerMs * peak);
    if (random() * peak <= relativeRate(trace, atMs / durationMs)) times[index++] = atMs;
  }
  return times;
}

/** The rate at a time, which is a share of the trace, relative to the mean. */
function relativeRate(trace: Trace, time: number): number {
  switch (trace) {
    case 'poisson':
      return 1;
    case 'bursty':
      return (time * BURSTS) % 1 < BURST_SHARE ? BURST_FACTOR : (1 - BURST_SHARE * BURST_FACTOR) / (1 - BURST_SHARE);
    case 'diurnal':
      return 1 - DAY_SWING * Math.cos(2 * Math.PI * time);
  }
}
