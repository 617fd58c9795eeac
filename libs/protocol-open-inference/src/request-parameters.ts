import { ServingError } from '@switchyard/errors';
import type { Priority } from '@switchyard/inference';
import { priorityOf, shown, timeoutMsOf } from '@switchyard/open-inference';
import { countParameter, flagParameter, parametersOf, unable, EXPECTED, type Members } from './read-document.js';

/** What the parameters of a request ask for. */
export interface RequestParameters {
  readonly priority: Priority | undefined;
  readonly timeoutMs: number | undefined;
  /** Whether outputs that say nothing of it come as binary data. */
  readonly binaryOutput: boolean;
}

/**
 * Reads `priority`, `timeout` and `binary_data_output`. Parameters of a sequence must be well-formed and mean nothing to models without state;
 * those of the caller's own are accepted, as Triton accepts them for models that do not look at them.
 * @throws ServingError `invalid-input` with Triton's words.
 */
export function readRequestParameters(document: Members): RequestParameters {
  const parameters = parametersOf(document);
  for (const [name, value] of parameters) {
    if (name.startsWith('triton_')) {
      throw new ServingError('invalid-input', "parameter keys starting with 'triton_' are reserved for Triton usage and should not be specified.");
    }
    if (value === null || typeof value === 'object') {
      throw new ServingError('invalid-input', `parameter '${shown(name)}' has invalid type. It should be either 'int', 'bool', or 'string'.`);
    }
  }
  checkSequence(parameters);
  const priority = countParameter(parameters, 'priority');
  return {
    priority: priority === undefined ? undefined : priorityOf(priority),
    timeoutMs: timeoutMsOf(countParameter(parameters, 'timeout') ?? 0),
    binaryOutput: flagParameter(parameters, 'binary_data_output') ?? false,
  };
}

function checkSequence(parameters: Members): void {
  if (parameters.size === 0) return;
  flagParameter(parameters, 'sequence_start');
  flagParameter(parameters, 'sequence_end');
  const id = parameters.get('sequence_id');
  if (id === undefined || typeof id === 'string' || typeof id === 'bigint' || (typeof id === 'number' && Number.isInteger(id))) return;
  throw unable('sequence_id', EXPECTED.string);
}
