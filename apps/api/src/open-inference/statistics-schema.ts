import { COUNT, TEXT, listOf, objectSchema } from '../http/object-schema.js';

const DURATION = objectSchema({ count: COUNT, ns: COUNT });
const COMPUTE = { compute_input: DURATION, compute_infer: DURATION, compute_output: DURATION };

const VERSION_STATISTICS = objectSchema({
  name: TEXT, version: TEXT, last_inference: { ...COUNT, description: 'Milliseconds since the epoch; 0 of a version that was never asked.' },
  inference_count: COUNT, execution_count: COUNT,
  inference_stats: objectSchema({ success: DURATION, fail: DURATION, queue: DURATION, ...COMPUTE, cache_hit: DURATION, cache_miss: DURATION }),
  response_stats: { type: 'object', description: 'Of models that answer more than once; there are none.' },
  batch_stats: listOf(objectSchema({ batch_size: COUNT, ...COMPUTE })),
  memory_usage: { ...listOf({ type: 'object' }), description: 'Not measured.' },
});

/** What the OpenAPI document says of statistics: Triton's fields, for each version. */
export const STATISTICS_ANSWER = { description: 'Those of each version', schema: objectSchema({ model_stats: listOf(VERSION_STATISTICS) }) };
