import { tfServingJson } from '../formats/tf-serving-json.js';
import type { LoadSummary, SystemSummary } from './summarize.js';

/** A promise about the figures. */
export interface Mark {
  /** What is promised. */
  readonly promise: string;
  /** What was measured. */
  readonly measured: string;
  readonly isMet: boolean;
}

/** The best Python peer, well tuned, reaches 8 to 10 % of the engine; chosen for a first version. */
const RATIO_AT_64 = 0.07;
/** Batching must not let a request wait for many batches. */
const P99_OVER_P50_AT_64 = 5;
/** A queue between caller and model must not be felt by a lone caller. */
const LONE_P50_MS = 2;
/** Numbers written out in decimal cost more than the model. */
const MESSAGE_OVER_JSON = 1.5;

/** Holds the summary against what is promised. A load that was not measured has no mark. */
export function evaluateMarks({ loads }: SystemSummary): Mark[] {
  const json = loads.filter(({ format }) => format === tfServingJson.description);
  const at = (connections: number): LoadSummary[] => json.filter((load) => load.connections === connections);
  return [
    ...at(64).map(ratioMark),
    ...at(64).map(tailMark),
    ...at(1).map(loneMark),
    ...at(64).flatMap((load) => loads.filter(isMessageLoad).map((other) => messageMark(other, load))),
    {
      promise: 'no request fails, every answer that was looked at is right',
      measured: `${loads.reduce((sum, load) => sum + failureCount(load), 0)} failed or wrong`,
      isMet: loads.every((load) => failureCount(load) === 0 && load.checkedAnswers > 0),
    },
  ];
}

/** Binary formats and gRPC, which carry the elements as they are. */
function isMessageLoad({ format, connections }: LoadSummary): boolean {
  return connections === 64 && /binary|gRPC/.test(format);
}

function messageMark({ format, requestsPerSecond }: LoadSummary, json: LoadSummary): Mark {
  const ratio = requestsPerSecond / json.requestsPerSecond;
  return {
    promise: `64 connections: ${format} at least ${MESSAGE_OVER_JSON} × JSON`,
    measured: `${ratio.toFixed(2)} × (${requestsPerSecond.toFixed(0)} and ${json.requestsPerSecond.toFixed(0)} req/s)`,
    isMet: ratio >= MESSAGE_OVER_JSON,
  };
}

/** Requests without a good answer, and answers that were wrong. */
export function failureCount({ failures, wrongAnswers }: LoadSummary): number {
  return Object.values(failures).reduce((sum, count) => sum + count, 0) + wrongAnswers;
}

function ratioMark({ ratioToCeiling }: LoadSummary): Mark {
  return {
    promise: `64 connections: at least ${(RATIO_AT_64 * 100).toFixed(0)} % of what the engine does alone`,
    measured: `${(ratioToCeiling * 100).toFixed(1)} %`,
    isMet: ratioToCeiling >= RATIO_AT_64,
  };
}

function tailMark({ p50Ms, p99Ms }: LoadSummary): Mark {
  return {
    promise: `64 connections: p99 at most ${P99_OVER_P50_AT_64} × p50`,
    measured: `${(p99Ms / p50Ms).toFixed(1)} × (${p99Ms.toFixed(1)} and ${p50Ms.toFixed(1)} ms)`,
    isMet: p99Ms <= P99_OVER_P50_AT_64 * p50Ms,
  };
}

function loneMark({ p50Ms }: LoadSummary): Mark {
  return { promise: `1 connection: p50 at most ${LONE_P50_MS} ms`, measured: `${p50Ms.toFixed(2)} ms`, isMet: p50Ms <= LONE_P50_MS };
}
