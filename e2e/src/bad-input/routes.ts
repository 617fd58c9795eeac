import { jsonTo, type BadRequest } from './bad-request.js';

const BODY = '{"instances": [[1,2]]}';
const LONG = 'm'.repeat(301);

/** Paths under /v1 that lead nowhere, or to nothing there is. */
export const TF_SERVING_ROUTES: readonly BadRequest[] = [
  predict('an unknown model', '/v1/models/nope:predict', 404, /^Servable not found for request: Latest\(nope\)$/),
  predict('a model named __proto__', '/v1/models/__proto__:predict', 404, /Latest\(__proto__\)/),
  predict('a model named constructor', '/v1/models/constructor:predict', 404, /Latest\(constructor\)/),
  predict('a model in capitals', '/v1/models/MNIST:predict', 404, /Latest\(MNIST\)/),
  predict('a way out of the folder, escaped', '/v1/models/..%2f..%2fetc%2fpasswd:predict', 404, /Latest\(\.\.\/\.\.\/etc\/passwd\)/),
  predict('a way out of the folder', '/v1/models/../../etc/passwd:predict', 400, /Malformed request: POST/),
  predict('a zero byte', '/v1/models/mnist%00:predict', 404, /Servable not found/),
  predict('letters of another script', '/v1/models/%E6%A8%A1%E5%9E%8B:predict', 404, /模型/),
  predict('a percent sign alone', '/v1/models/%:predict', 400, /percent-encod/i),
  predict('an escape that is none', '/v1/models/%zz:predict', 400, /percent-encod/i),
  predict('an escape cut short', '/v1/models/%E0%A4%A:predict', 400, /percent-encod/i),
  predict('a name of 301 letters', `/v1/models/${LONG}:predict`, 414, /300/),
  predict('a name of 10,000 letters', `/v1/models/${'m'.repeat(10_000)}:predict`, 414, /300/),
  predict('another verb', '/v1/models/mnist:explain', 400, /^Malformed request: POST \/v1\/models\/mnist:explain$/),
  predict('no verb', '/v1/models/mnist', 400, /Malformed request: POST \/v1\/models\/mnist/),
  predict('an empty verb', '/v1/models/mnist:', 400, /Malformed request/),
  predict('no name', '/v1/models/:predict', 400, /Malformed request/),
  predict('version 99', '/v1/models/mnist/versions/99:predict', 404, /^Servable not found for request: Specific\(mnist, 99\)$/),
  predict('version 0', '/v1/models/mnist/versions/0:predict', 404, /Specific\(mnist, 0\)/),
  predict('version -1', '/v1/models/mnist/versions/-1:predict', 400, /Malformed request: POST \/v1\/models\/mnist\/versions\/-1:predict/),
  predict('version 1.5', '/v1/models/mnist/versions/1.5:predict', 400, /Malformed request/),
  predict('version 1e3', '/v1/models/mnist/versions/1e3:predict', 400, /Malformed request/),
  predict('a version of 30 digits', `/v1/models/mnist/versions/${'9'.repeat(30)}:predict`, 400, /Failed to convert version: 9{30} to numeric/),
  predict('a version of 280 digits', `/v1/models/mnist/versions/${'9'.repeat(280)}:predict`, 400, /Failed to convert version: 9{200} to numeric/),
  predict('an unknown label', '/v1/models/mnist/labels/nope:predict', 400, /^Unrecognized servable version label: nope$/),
  predict('a label named __proto__', '/v1/models/mnist/labels/__proto__:predict', 400, /label: __proto__/),
  predict('a label named constructor', '/v1/models/mnist/labels/constructor:predict', 400, /label: constructor/),
  other('GET /v1/models/nope', 'the state of an unknown model', 404, /^Could not find any versions of model nope$/),
  other('GET /v1/models/mnist/versions/99', 'the state of an unknown version', 404, /^Could not find version 99 of model mnist$/),
  other('GET /v1/models/mnist/labels/nope', 'the state of an unknown label', 400, /Unrecognized servable version label: nope/),
  other('GET /v1/models/nope/metadata', 'the metadata of an unknown model', 404, /Servable not found for request: Latest\(nope\)/),
  other('GET /v1/models/mnist/versions/99/metadata', 'the metadata of an unknown version', 404, /Specific\(mnist, 99\)/),
  other('GET /v1/models/mnist:predict', 'GET on predict', 400, /Malformed request: GET \/v1\/models\/mnist:predict/),
  other('PUT /v1/models/mnist:predict', 'PUT on predict', 400, /Malformed request: PUT/),
  other('DELETE /v1/models/mnist:predict', 'DELETE on predict', 400, /Malformed request: DELETE/),
  other('PATCH /v1/models/mnist', 'PATCH on a model', 400, /Malformed request: PATCH/),
  other('GET /v1/', 'nothing after /v1/', 400, /Malformed request: GET \/v1\//),
  other('GET /v1/models', 'no model', 400, /^Missing model name in request\.$/),
  other('GET /v1/models/', 'a slash and no model', 400, /Malformed request: GET \/v1\/models\//),
  other('GET /V1/Nope', 'an unknown path in capitals', 400, /Malformed request: GET \/V1\/Nope/),
  other('GET /v1/models/mnist/versions/1/metadata/more', 'too deep a path', 400, /Malformed request/),
];

/** Paths of our own that lead nowhere, or to nothing there is. */
export const HOUSE_ROUTES: readonly BadRequest[] = [
  other('GET /nope', 'an unknown path', 404, /GET \/nope/),
  other('GET /predict', 'GET on /predict', 405, /There is no GET \/predict; at this path there is POST\./),
  other('PUT /jobs', 'PUT on /jobs', 405, /There is no PUT \/jobs; at this path there is .*POST/),
  other('DELETE /models', 'DELETE on /models', 405, /There is no DELETE \/models; at this path there is GET/),
  other('GET /retrain', 'GET on /retrain', 405, /There is no GET \/retrain; at this path there is POST\./),
  other('GET /models/%/versions', 'a percent sign alone', 400, /percent-encod/i),
  other(`GET /models/${'m'.repeat(10_000)}/versions`, 'a name of 10,000 letters', 414, /300/),
  other('GET /models/nope/versions', 'versions of an unknown model', 404, /"nope"/),
  other('GET /models/__proto__/versions', 'versions of __proto__', 404, /"__proto__"/),
  other('GET /models/..%2f..%2fetc/versions', 'a way out of the folder', 404, /There is no model/),
  other('GET /jobs/00000000-0000-4000-8000-000000000000', 'an unknown job', 404, /no job "00000000-0000-4000-8000-000000000000"/),
  other('GET /jobs/nope', 'a job that is no id', 404, /no job "nope"/),
  other('GET /jobs/00000000-0000-4000-8000-000000000000/events', 'the events of an unknown job', 404, /no job "00000000-0000-4000-8000-000000000000"/),
  other('GET /jobs/nope/events', 'the events of a job that is no id', 404, /no job "nope"/),
  other('GET /jobs/00000000-0000-4000-8000-000000000000?wait=1', 'an unknown job to wait for', 404, /no job/),
  ...['soon', '-1', '61', '1e9', ''].map((wait) => other(`GET /jobs/00000000-0000-4000-8000-000000000000?wait=${wait}`, `a wait of "${wait}"`, 400, /"wait" is ".*"; a number of seconds from 0 to 60/)),
  other('GET /jobs/00000000-0000-4000-8000-000000000000?wait=1&wait=2', 'two waits', 400, /"wait" is \["1","2"\]/),
  other('GET /jobs/__proto__', 'a job named __proto__', 404, /no job "__proto__"/),
  other('DELETE /jobs/00000000-0000-4000-8000-000000000000', 'an unknown job to cancel', 404, /no job/),
  other('GET /runs/nope', 'an unknown run', 404, /no run "nope"/),
  other('GET /runs/..%2f..%2fmodels', 'a run outside the folder', 404, /no run/),
  other('GET /runs/__proto__', 'a run named __proto__', 404, /no run "__proto__"/),
];

function predict(name: string, path: string, status: number, says: RegExp): BadRequest {
  return { name, ...jsonTo(path, BODY), status, says };
}

function other(route: string, name: string, status: number, says: RegExp): BadRequest {
  const space = route.indexOf(' ');
  return { name, method: route.slice(0, space), path: route.slice(space + 1), status, says };
}
