import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ServingError } from '@switchyard/errors';
import type { VersionStatistics, WorkerLease } from '@switchyard/inference';
import type { Catalog, Manifest } from '@switchyard/model-registry';
import {
  checkLoadRequest, checkUnloadRequest, describeConfig, describeModel, describeServer, encodeError, loadError, logSettings, lookupError, noStatistics, readIndexRequest, repositoryIndex, statisticsOf,
} from './index.js';
import { manifestOf } from './testing/manifest-of.js';

const golden = JSON.parse(readFileSync(new URL('../golden/documents.json', import.meta.url), 'utf8')) as Record<string, unknown>;

/** As it leaves the server. */
function sent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const manifest = manifestOf({
  inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 28, 28, 1], finite: true }, { name: 'words', dtype: 'string', shape: [-1, -1], finite: false }],
  outputs: [{ name: 'y', dtype: 'int64', shape: [-1], finite: false }],
});

describe('the documents of the published formats', () => {
  it('describe the server, a model and its configuration', () => {
    expect(sent(describeServer('1'))).toEqual(golden['server']);
    expect(sent(describeModel(manifest, [1, 3]))).toEqual(golden['model']);
    expect(sent(describeConfig(manifest, [1, 3], 64))).toEqual(golden['config']);
  });

  it('name platforms by project and format', () => {
    const platforms = (['onnx', 'saved-model', 'tfjs-layers', 'tfjs-graph'] as const).map((format) => {
      const artifacts: Manifest['artifacts'] = [{ ...manifest.artifacts[0]!, format }, manifest.artifacts[0]!];
      return describeModel({ ...manifest, artifacts }, [1]).platform;
    });
    expect(platforms).toEqual(['onnxruntime_onnx', 'tensorflow_savedmodel', 'tensorflowjs_layersmodel', 'tensorflowjs_graphmodel']);
  });

  it('count what was done, in nanoseconds', () => {
    const statistics: VersionStatistics = {
      model: 'mymodel', version: 1, lastAnswerAtMs: Date.UTC(2026, 0, 1), rows: 6, executions: 2,
      success: { count: 3, totalMs: 7.5 }, failure: { count: 1, totalMs: 0.25 }, queue: { count: 3, totalMs: 1 }, preprocess: { count: 3, totalMs: 0 }, compute: { count: 3, totalMs: 5 },
      batches: new Map([[2, { count: 1, totalMs: 2 }], [4, { count: 1, totalMs: 3 }]]),
    };
    expect(sent(statisticsOf(statistics))).toEqual(golden['statistics']);
    expect(statisticsOf(noStatistics('mymodel', 1))).toMatchObject({ last_inference: 0, inference_count: 0, execution_count: 0, batch_stats: [] });
  });

  it('list versions that are ready, awaited, unasked for and unloaded', () => {
    const catalog: Catalog = {
      builtAt: '2026-01-01T00:00:00.000Z',
      models: [
        { name: 'mymodel', serving: { aliases: { champion: 3, previous: 1 }, revision: 2 }, batching: {}, versions: [1, 2, 3].map((version) => ({ ...manifest, version })) },
        { name: 'idle', serving: { aliases: { champion: 1 }, revision: 2, unloaded: true }, batching: {}, versions: [{ ...manifest, name: 'idle' }] },
      ],
    };
    const leases: WorkerLease[] = [{ id: 'w', models: [{ name: 'mymodel', version: 1, engine: 'onnx' }, { name: 'idle', version: 1, engine: 'onnx' }] }];
    expect(sent(repositoryIndex(catalog, leases))).toEqual(golden['index']);
  });

  it('say how loud the log is', () => {
    expect(logSettings('debug')).toEqual(golden['logging']);
    expect(logSettings('warn')).toMatchObject({ log_info: false, log_warning: true, log_error: true, log_verbose_level: 0 });
    expect(logSettings('silent')).toMatchObject({ log_info: false, log_warning: false, log_error: false, log_verbose_level: 0 });
  });

  it('say in Triton’s words what is not there', () => {
    const error = lookupError(new ServingError('model-not-found', 'There is no model "nope".'), 'nope', undefined) as ServingError;
    expect([error.kind, sent(JSON.parse(encodeError(error.message).toString()))]).toEqual(['model-not-found', golden['error']]);
    expect(lookupError(new ServingError('version-not-found', '…'), 'm', '7')).toMatchObject({ message: "Request for unknown model: 'm' version 7 is not found" });
    expect(lookupError(new ServingError('version-not-found', '…'), 'm', undefined)).toMatchObject({ message: "Request for unknown model: 'm' has no available versions" });
    expect(loadError(new ServingError('model-not-found', '…'), 'nope')).toMatchObject({ kind: 'model-not-found', message: "failed to load 'nope', failed to poll from model repository" });
    const others = [new ServingError('overloaded', 'Too much.'), new Error('a bug')];
    for (const other of others) expect([lookupError(other, 'm', '1'), loadError(other, 'm')]).toEqual([other, other]);
    expect((lookupError(new ServingError('model-not-found', '…'), 'n'.repeat(1_000), undefined) as Error).message.length).toBeLessThan(200);
  });
});

describe('calls of the model repository', () => {
  const body = (text: string): Buffer => Buffer.from(text);

  it('may ask for ready versions only', () => {
    expect([readIndexRequest(body('')), readIndexRequest(body('{}')), readIndexRequest(body('{"ready": true}'))]).toEqual([{ readyOnly: false }, { readyOnly: false }, { readyOnly: true }]);
    expect(() => readIndexRequest(body('{"ready": "yes"}'))).toThrow("Invalid value for 'ready': expected a boolean");
    expect(() => readIndexRequest(body('{'))).toThrow('failed to parse the request JSON buffer: ');
  });

  it('load what was published, and nothing sent along', () => {
    for (const text of ['', '{}', '{"parameters": {}}']) expect(() => checkLoadRequest(body(text))).not.toThrow();
    expect(() => checkLoadRequest(body('{"parameters": {"file:1/model.onnx": "AAAA"}}'))).toThrow(expect.objectContaining({ kind: 'unsupported', message: expect.stringContaining("'file:1/model.onnx'") }));
  });

  it('unload with or without dependents', () => {
    for (const text of ['', '{}', '{"parameters": {"unload_dependents": true}}']) expect(() => checkUnloadRequest(body(text))).not.toThrow();
    expect(() => checkUnloadRequest(body('{"parameters": {"unload_dependents": 1}}'))).toThrow("Unable to parse 'unload_dependents': attempt to access JSON non-boolean as boolean");
  });
});
