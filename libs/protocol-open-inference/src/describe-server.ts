/** What Triton calls the extensions this server has: https://github.com/triton-inference-server/server/tree/main/docs/protocol */
const EXTENSIONS = [
  'binary_tensor_data', 'classification', 'model_configuration', 'model_repository', 'model_repository(unload_dependents)', 'parameters', 'schedule_policy', 'statistics',
] as const;

/** Server metadata, the answer to `GET /v2`. */
export interface ServerDescription {
  readonly name: string;
  readonly version: string;
  readonly extensions: readonly string[];
}

export function describeServer(version: string): ServerDescription {
  return { name: 'switchyard', version, extensions: EXTENSIONS };
}

/** Triton's trace settings of a server that traces nothing: https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_trace.md */
export const TRACE_SETTINGS = { trace_level: ['OFF'], trace_rate: '1000', trace_count: '-1', log_frequency: '0', trace_file: '', trace_mode: 'triton' } as const;

/** pino's levels, quietest first. */
const LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'];

/** The log level in Triton's words: https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_logging.md */
export function logSettings(level: string): Readonly<Record<string, string | boolean | number>> {
  const loudness = LEVELS.indexOf(level);
  const shows = (wanted: string): boolean => loudness >= LEVELS.indexOf(wanted);
  return { log_file: '', log_info: shows('info'), log_warning: shows('warn'), log_error: shows('error'), log_verbose_level: Math.max(0, loudness - LEVELS.indexOf('info')), log_format: 'default' };
}
