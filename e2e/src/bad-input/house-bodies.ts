import { DEEP_CLOSED, jsonTo, type BadRequest } from './bad-request.js';

const FORM_HEADERS = { 'content-type': 'application/x-www-form-urlencoded' } as const;

const PREDICT: readonly BadRequest[] = [
  json('/predict', 'no body', '', [400, /document is empty/i]),
  json('/predict', 'broken JSON', '{"instances": [[1,2]', [400, /offset/]),
  json('/predict', 'ragged rows', '{"instances": [[1,2],[3]]}', [400, /element: 1/]),
  json('/predict', 'a string in a row', '{"instances": [["a",2]]}', [400, /"a" Type: String/]),
  json('/predict', 'NaN', '{"instances": [[NaN,2]]}', [400, /only finite/]),
  json('/predict', 'the wrong size', '{"instances": [[1,2,3]]}', [400, /\[1,3\]; \[-1,2\] is expected/]),
  json('/predict', 'an unknown model', '{"model": "nope", "instances": [[1,2]]}', [404, /"nope"/]),
  json('/predict', 'a model named __proto__', '{"model": "__proto__", "instances": [[1,2]]}', [404, /"__proto__"/]),
  json('/predict', 'a model that is a number', '{"model": 7, "instances": [[1,2]]}', [400, /"model" is 7/]),
  json('/predict', 'a model that is a list', '{"model": ["mnist"], "instances": [[1,2]]}', [400, /"model" is a list/]),
  json('/predict', 'a model that is 100,000 lists', `{"model": ${DEEP_CLOSED}, "instances": [[1,2]]}`, [400, /"model" is/]),
  json('/predict?model=nope', 'an unknown model in the query', '{"instances": [[1,2]]}', [404, /"nope"/]),
  json('/predict?model=', 'an empty model in the query', '{"instances": [[1,2]]}', [404, /There is no model ""/]),
  json('/predict?model=mnist&model=nope', 'two models in the query', '{"instances": [[1,2]]}', [400, /"model".*more than once/]),
  json(`/predict?model=${'m'.repeat(9_000)}`, 'a model of 9,000 letters', '{"instances": [[1,2]]}', [404, /There is no model/]),
  json('/predict?model=mnist', 'a point for mnist', '{"instances": [[1,2]]}', [400, /\[1,2\]; \[-1,28,28,1\] is expected/]),
  json('/predict/url', 'a server where it is switched off', '{"url": "http://127.0.0.1/dog.jpg"}', [403, /switched off on this server; upload the image to \/predict instead/]),
  json('/predict/url', 'no URL', '{}', [400, /"url" is missing; text is expected/]),
  { name: 'XML', path: '/predict', body: '<x/>', headers: { 'content-type': 'application/xml' }, status: 400, says: /offset: 0/ },
  { name: 'a content type that is none', path: '/predict', body: '{"instances": [[1,2]]}', headers: { 'content-type': 'nonsense' }, status: 415, says: /content-type/ },
];

const FORMS: readonly BadRequest[] = [
  form('an empty form', '', /"x1"/),
  form('a missing field', 'x1=1', /lacks the field "x2"; "x1" and "x2" are expected/),
  form('a field too many', 'x1=1&x2=2&x3=3', /a field "x3"; exactly "x1" and "x2"/),
  form('a field named __proto__', 'x1=1&x2=2&__proto__=3', /"__proto__"/),
  form('a field named constructor', 'x1=1&x2=2&constructor=3', /"constructor"/),
  form('a word', 'x1=1&x2=two', /"x2" is "two"; a number is expected/),
  form('nothing in a field', 'x1=1&x2=', /"x2" is ""; a number is expected/),
  form('NaN', 'x1=NaN&x2=1', /"x1" is "NaN"/),
  form('Infinity', 'x1=Infinity&x2=1', /"x1" is "Infinity"/),
  form('a number beyond float32', 'x1=1e39&x2=1', /"x1" is 1e39/),
  form('a hexadecimal number', 'x1=0x10&x2=1', /"x1" is "0x10"/),
  form('a field given twice', 'x1=1&x1=5&x2=2', /"x1".*more than once/),
  form('a field of 10,000 digits', `x1=${'9'.repeat(10_000)}&x2=1`, /"x1" is 9+…/),
  form('broken escapes', 'x1=%zz&x2=1', /"x1" is "%zz"/),
  form('10,000 fields', Array.from({ length: 10_000 }, (_, index) => `x${index}=1`).join('&'), /exactly "x1" and "x2"/),
  form('no number at all', 'hello', /"hello"/),
  { name: 'an unknown model in a form', path: '/predict', body: 'model=nope&x1=1&x2=2', headers: FORM_HEADERS, status: 404, says: /"nope"/ },
  { name: 'a form for mnist', path: '/predict', body: 'model=mnist&x1=1&x2=2', headers: FORM_HEADERS, status: 400, says: /cannot be asked by a form/ },
];

const JOBS: readonly BadRequest[] = [
  json('/jobs', 'no body', '', [400, /"model"/]),
  json('/jobs', 'broken JSON', '{"model"', [400, /JSON/]),
  json('/jobs', 'a list', '[]', [400, /an object is expected/]),
  json('/jobs', 'null', 'null', [400, /an object is expected/]),
  json('/jobs', 'no model', '{"instances": [[1,2]]}', [400, /"model"/]),
  json('/jobs', 'no rows', '{"model": "simple_classifier"}', [400, /'instances'/]),
  json('/jobs', 'ragged rows', '{"model": "simple_classifier", "instances": [[1,2],[3]]}', [400, /element: 1/]),
  json('/jobs', '100,000 lists', `{"model": "simple_classifier", "instances": ${DEEP_CLOSED}}`, [400, /nested deeper/]),
  json('/jobs', '100,000 lists as the model', `{"model": ${DEEP_CLOSED}}`, [400, /"model"/]),
  json('/jobs', 'an unknown model', '{"model": "nope", "instances": [[1,2]]}', [404, /"nope"/]),
  json('/jobs', 'a model that is a path', '{"model": "../../etc", "instances": [[1,2]]}', [400, /"model" is "\.\.\/\.\.\/etc"/]),
  json('/jobs', 'a model named __proto__', '{"model": "__proto__", "instances": [[1,2]]}', [400, /"model" is "__proto__"/]),
  job('version 99', '"version": 99', [404, /Version 99/]),
  job('version 0', '"version": 0', [400, /"version" is 0/]),
  job('version -1', '"version": -1', [400, /"version" is -1/]),
  job('version 1.5', '"version": 1.5', [400, /"version" is 1\.5/]),
  job('version 1e400', '"version": 1e400', [400, /"version" is/]),
  job('a version that is a list', '"version": [1]', [400, /"version" is a list/]),
  job('an unknown alias', '"version": "nope"', [404, /no alias "nope"/]),
  job('an alias named constructor', '"version": "constructor"', [404, /no alias "constructor"/]),
  job('an unknown priority', '"priority": "urgent"', [400, /"priority" is "urgent".*"normal".*"bulk"/]),
  job('a deadline in the past', '"deadline_seconds": -5', [400, /"deadline_seconds" is -5/]),
  job('a deadline of nothing', '"deadline_seconds": 0', [400, /"deadline_seconds" is 0/]),
  job('a deadline in a thousand years', '"deadline_seconds": 31536000000', [400, /"deadline_seconds" is 31536000000/]),
  job('a deadline that is a word', '"deadline_seconds": "soon"', [400, /"deadline_seconds" is "soon"/]),
  ...[['a space', 'a b'], ['nothing', ''], ['256 letters', 'k'.repeat(256)]].map(([name, key]) => ({
    ...job(`an idempotency key of ${name}`, '"version": 1', [400, /Idempotency-Key is ".*"?; 1 to 255 printable characters/]), headers: { 'content-type': 'application/json', 'idempotency-key': key! },
  })),
];

const ADMINISTRATION: readonly BadRequest[] = [
  json('/models/nope/promote', 'promote an unknown model', '{"version": 1}', [404, /"nope"/]),
  json('/models/mnist/promote', 'promote an unknown version', '{"version": 99}', [404, /no version 99; its versions: 1/]),
  json('/models/mnist/promote', 'promote nothing', '{}', [400, /"version"/]),
  json('/models/mnist/promote', 'promote a word', '{"version": "one"}', [400, /"version" is "one"/]),
  json('/models/mnist/promote', 'promote with too long a reason', `{"version": 1, "why": "${'w'.repeat(1_001)}"}`, [400, /"why" is "w+…/]),
  json('/models/__proto__/promote', 'promote __proto__', '{"version": 1}', [404, /"__proto__"/]),
  json('/models/mnist/rollback', 'roll back to an unknown version', '{"version": 99}', [404, /no version 99/]),
  json('/models/mnist/rollback', 'roll back when nothing served before', '{}', [409, /no version served before/]),
  json('/models/mnist/rollback', 'roll back to a fraction', '{"version": 0.5}', [400, /"version" is 0\.5/]),
  json('/models/nope/rollback', 'roll back an unknown model', '', [404, /"nope"/]),
  json('/retrain', 'an unknown pipeline', '{"pipeline": "nope"}', [400, /"nope".*"mnist".*"simple_classifier"/]),
  json('/retrain', 'an unknown model', '{"model": "nope"}', [400, /"nope"/]),
  json('/retrain', 'which of both', '{}', [400, /Several pipelines fit/]),
  json('/retrain', 'pipeline and model that do not belong together', '{"pipeline": "mnist", "model": "simple_classifier"}', [400, /No pipeline fits/]),
  json('/retrain', 'an unknown setting', '{"pipeline": "mnist", "epoch": 3}', [400, /"epoch"/]),
  json('/retrain', 'no epochs', '{"pipeline": "mnist", "epochs": 0}', [400, /"epochs" is 0/]),
  json('/retrain', 'half an epoch', '{"pipeline": "mnist", "epochs": 0.5}', [400, /"epochs" is 0\.5/]),
  json('/retrain', 'a million epochs', '{"pipeline": "mnist", "epochs": 1000000}', [400, /"epochs" is 1000000/]),
  json('/retrain', 'batches of nothing', '{"pipeline": "mnist", "batch_size": 0}', [400, /"batch_size" is 0/]),
  json('/retrain', 'a learning rate below zero', '{"pipeline": "mnist", "learning_rate": -1}', [400, /"learning_rate" is -1/]),
  json('/retrain', 'a learning rate that is a word', '{"pipeline": "mnist", "learning_rate": "fast"}', [400, /"learning_rate" is "fast"/]),
  json('/retrain', 'a setting named __proto__', '{"pipeline": "mnist", "__proto__": {"epochs": 0}}', [400, /"__proto__"/]),
];

/** What is wrong with the body of a request to one of our own endpoints. */
export const HOUSE_BODIES: readonly BadRequest[] = [...PREDICT, ...FORMS, ...JOBS, ...ADMINISTRATION];

type Refusal = readonly [status: number, says: RegExp];

function json(path: string, name: string, body: string, [status, says]: Refusal): BadRequest {
  return { name: `${path.slice(0, 40)}: ${name}`, ...jsonTo(path, body), status, says };
}

function form(name: string, body: string, says: RegExp): BadRequest {
  return { name: `/predict: ${name}`, path: '/predict', body, headers: FORM_HEADERS, status: 400, says };
}

function job(name: string, member: string, refusal: Refusal): BadRequest {
  return json('/jobs', name, `{"model": "simple_classifier", "instances": [[1,2]], ${member}}`, refusal);
}
