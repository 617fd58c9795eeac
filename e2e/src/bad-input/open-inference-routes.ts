import { jsonTo, type BadRequest } from './bad-request.js';

const BODY = '{"inputs":[{"name":"features","shape":[1,2],"datatype":"FP32","data":[1,2]}]}';
const UNKNOWN_MODEL = "^Request for unknown model: 'nope' is not found$";

const INFER: readonly BadRequest[] = [
  post('/v2/models/nope/infer', 'an unknown model', [404, new RegExp(UNKNOWN_MODEL)]),
  post('/v2/models/__proto__/infer', 'a model named __proto__', [404, /^Request for unknown model: '__proto__' is not found$/]),
  post('/v2/models/constructor/infer', 'a model named constructor', [404, /'constructor' is not found$/]),
  post('/v2/models/SIMPLE_CLASSIFIER/infer', 'a model in capitals', [404, /'SIMPLE_CLASSIFIER' is not found$/]),
  post('/v2/models/..%2f..%2fetc%2fpasswd/infer', 'a way out of the folder, escaped', [404, /'\.\.\/\.\.\/etc\/passwd' is not found$/]),
  post('/v2/models/simple_classifier%00/infer', 'a zero byte', [404, /is not found$/]),
  post('/v2/models/%/infer', 'a percent sign alone', [400, /percent-encod/i]),
  post('/v2/models/%E0%A4%A/infer', 'an escape cut short', [400, /percent-encod/i]),
  post(`/v2/models/${'m'.repeat(301)}/infer`, 'a name of 301 letters', [414, /300/]),
  post('/v2/models/simple_classifier/versions/99/infer', 'version 99', [404, /^Request for unknown model: 'simple_classifier' version 99 is not found$/]),
  ...['0', '-1', '1.5', '1e3', '9'.repeat(30), 'nope', '__proto__'].map((version) =>
    post(`/v2/models/simple_classifier/versions/${version}/infer`, `version "${version}"`, [404, new RegExp(`^Request for unknown model: 'simple_classifier' version ${version.replace('.', '\\.')} is not found$`)]),
  ),
  post('/v2/models/simple_classifier/explain', 'another verb', [404, /^There is no POST \/v2\/models\/simple_classifier\/explain; \/openapi\.json lists what there is\.$/]),
  post('/v2/models/simple_classifier/generate', 'text generation', [501, /^The generate extension is not supported/]),
  post('/v2/models/simple_classifier/generate_stream', 'text generation as a stream', [501, /^The generate extension is not supported/]),
];

const METHODS: readonly BadRequest[] = [
  other('GET /v2/models/simple_classifier/infer', 'GET on infer', 405, /^There is no GET \/v2\/models\/simple_classifier\/infer; at this path there is POST\.$/),
  other('PUT /v2/models/simple_classifier/infer', 'PUT on infer', 405, /at this path there is POST\.$/),
  other('DELETE /v2/models/simple_classifier', 'DELETE on a model', 405, /at this path there is GET/),
  other('POST /v2', 'POST on the server', 405, /^There is no POST \/v2; at this path there is GET/),
  other('POST /v2/health/ready', 'POST on readiness', 405, /at this path there is GET/),
  other('GET /v2/repository/index', 'GET on the index', 405, /at this path there is POST\.$/),
  other('PATCH /v2/repository/models/mnist/load', 'PATCH on load', 405, /at this path there is POST\.$/),
];

const ABOUT: readonly BadRequest[] = [
  other('GET /v2/nope', 'an unknown path', 404, /^There is no GET \/v2\/nope; \/openapi\.json lists what there is\.$/),
  other('GET /v2/', 'a slash and nothing', 404, /^There is no GET \/v2\/; /),
  other('GET /v2/models/nope', 'the metadata of an unknown model', 404, new RegExp(UNKNOWN_MODEL)),
  ...['ready', 'config', 'stats', 'trace/setting'].map((what) => other(`GET /v2/models/nope/${what}`, `${what} of an unknown model`, 404, new RegExp(UNKNOWN_MODEL))),
  ...['', '/ready', '/config', '/stats'].map((what) => other(`GET /v2/models/mnist/versions/99${what}`, `${what.slice(1) || 'metadata'} of an unknown version`, 404, /^Request for unknown model: 'mnist' version 99 is not found$/)),
];

const SETTINGS: readonly BadRequest[] = [
  post('/v2/logging', 'other log settings', [501, /^the server does not support dynamic logging/], '{"log_info": false}'),
  post('/v2/trace/setting', 'traces', [501, /^the server does not support tracing$/], '{"trace_level": ["MAX"]}'),
  post('/v2/models/mnist/trace/setting', 'traces of a model', [501, /^the server does not support tracing$/], '{}'),
];

const REPOSITORY: readonly BadRequest[] = [
  post('/v2/repository/index', 'an index cut short', [400, /^failed to parse the request JSON buffer: .* at \d+$/], '{"ready":'),
  post('/v2/repository/index', 'an index of a number', [400, /^Invalid value for 'ready': expected a boolean$/], '{"ready": 1}'),
  post('/v2/repository/models/nope/load', 'an unknown model to load', [404, /^failed to load 'nope', failed to poll from model repository$/], ''),
  post('/v2/repository/models/mnist/load', 'a load cut short', [400, /^failed to parse the request JSON buffer: .* at \d+$/], '{'),
  post('/v2/repository/models/mnist/load', 'a load with parameters that are no object', [400, /^Unable to parse 'parameters': attempt to access JSON non-object as object$/], '{"parameters": 1}'),
  post('/v2/repository/models/mnist/load', 'a load with a configuration', [501, /^The load parameter 'config' is not supported/], '{"parameters": {"config": "{}"}}'),
  post('/v2/repository/models/mnist/load', 'a load with a file', [501, /^The load parameter 'file:1\/model\.onnx' is not supported/], '{"parameters": {"file:1/model.onnx": "AAAA"}}'),
  post('/v2/repository/models/nope/unload', 'an unknown model to unload', [404, new RegExp(UNKNOWN_MODEL)], ''),
  post('/v2/repository/models/mnist/unload', 'an unload with a number for true', [400, /^Unable to parse 'unload_dependents': attempt to access JSON non-boolean as boolean$/], '{"parameters": {"unload_dependents": 1}}'),
];

/** Paths under /v2 that lead nowhere, to nothing there is, or to what is not offered. */
export const OPEN_INFERENCE_ROUTES: readonly BadRequest[] = [...INFER, ...METHODS, ...ABOUT, ...SETTINGS, ...REPOSITORY];

type Refusal = readonly [status: number, says: RegExp];

function post(path: string, name: string, [status, says]: Refusal, body = BODY): BadRequest {
  return { name, ...jsonTo(path, body), status, says };
}

function other(route: string, name: string, status: number, says: RegExp): BadRequest {
  const [method = '', path = ''] = route.split(' ');
  return { name, method, path, status, says };
}
