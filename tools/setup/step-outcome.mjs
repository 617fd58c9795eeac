// @ts-check

/**
 * What a set-up step found or did. `sentence` is shown to the user as it is: what is ready and where it came from,
 * or what could not be done and what to do instead.
 *
 * @template [Value=undefined]
 * @typedef {{ready: true, sentence: string, value: Value} | {ready: false, sentence: string}} StepOutcome
 */

/**
 * @template Value
 * @param {string} sentence
 * @param {Value} value what the following steps need: a path, a URL
 * @returns {StepOutcome<Value>}
 */
export function ready(sentence, value) {
  return { ready: true, sentence, value };
}

/**
 * @param {string} sentence why not, and what to do instead
 * @returns {{ready: false, sentence: string}}
 */
export function unavailable(sentence) {
  return { ready: false, sentence };
}
