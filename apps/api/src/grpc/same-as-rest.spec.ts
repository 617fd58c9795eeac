import { describe, expect, it } from '@jest/globals';
import { loadProtos, type GrpcCall } from '@switchyard/grpc-server';
import { testMessages } from '@switchyard/grpc-server/testing';
import type { WorkerLease } from '@switchyard/inference';
import { catalogSchema, manifestSchema, type CatalogSource, type Manifest } from '@switchyard/model-registry';
import { encodeMetadata, encodeStatus, type ServableSpec } from '@switchyard/protocol-tf-serving';
import { TF_SERVING_PROTOS, signatureDefMap } from '@switchyard/protocol-tf-serving-grpc';
import { ServableStates } from '../tf-serving/servable-states.js';
import { modelStatus } from './model-status.js';

const { decode, encode } = testMessages(TF_SERVING_PROTOS);
const protos = loadProtos(TF_SERVING_PROTOS.files, [TF_SERVING_PROTOS.directory]);

function manifest(version: number, stated: object = {}): Manifest {
  return manifestSchema.parse({
    name: 'm', version, createdAt: '2026-01-01T00:00:00Z',
    signature: { inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 2] }], outputs: [{ name: 'y', dtype: 'string', shape: [-1], openRank: true }] },
    artifacts: [{ format: 'onnx', files: [{ path: 'onnx/model.onnx', bytes: 1, sha256: '0'.repeat(64) }] }],
    lineage: { runId: null, datasetName: null, datasetDigest: null, parentVersion: null },
    ...stated,
  });
}

/** Two versions of "m": the second is served, the first is still loaded though nothing points to it. Nothing serves "idle". */
function createStates(): ServableStates {
  const models = [
    { name: 'm', serving: { aliases: { champion: 2 }, revision: 1 }, versions: [manifest(1), manifest(2)] },
    { name: 'idle', serving: { aliases: {}, revision: 1 }, versions: [manifest(1, { name: 'idle' })] },
  ];
  const catalog = catalogSchema.parse({ builtAt: '2026-01-01T00:00:00Z', models });
  const source: CatalogSource = { current: () => catalog, onChange: () => () => undefined, close: () => Promise.resolve() };
  const leases: WorkerLease[] = [{ id: 'w', models: [1, 2].map((version) => ({ name: 'm', version, engine: 'onnx' })) }];
  return new ServableStates({ catalog: source, workers: { current: () => leases, refresh: () => Promise.resolve(leases), close: () => Promise.resolve() } });
}

/** A document of REST's as a message that has been sent: without what is as good as absent. */
function sent(type: string, document: object): unknown {
  return decode(type, encode(type, document));
}

describe('GetModelStatus', () => {
  const RESPONSE = 'tensorflow.serving.GetModelStatusResponse';
  const states = createStates();

  async function ask(spec: object): Promise<{ readonly answer: unknown; readonly marked: readonly string[] }> {
    const marked: string[] = [];
    const call: GrpcCall = { requestId: 'r', timeoutMs: undefined, signal: new AbortController().signal, markModel: (name) => marked.push(name) };
    const bytes = await modelStatus({ protos, states })(encode('tensorflow.serving.GetModelStatusRequest', { model_spec: spec }), call);
    return { answer: decode(RESPONSE, bytes), marked };
  }

  it.each<[string, object, ServableSpec]>([
    ['every version', { name: 'm' }, { name: 'm', choice: undefined }],
    ['one version', { name: 'm', version: { value: 1 } }, { name: 'm', choice: { version: 1 } }],
    ['the version of a label', { name: 'm', version_label: 'champion' }, { name: 'm', choice: { alias: 'champion' } }],
  ])('tells of %s what REST tells', async (_what, spec, same) => {
    expect(await ask(spec)).toEqual({ answer: sent(RESPONSE, JSON.parse(encodeStatus(states.of(same)).toString()) as object), marked: ['m'] });
  });

  it.each([
    [{ name: 'nope' }, 'model-not-found', 'Could not find any versions of model nope'],
    [{ name: 'idle' }, 'version-not-found', 'Could not find any versions of model idle'],
    [{ name: 'm', version: { value: 9 } }, 'version-not-found', 'Could not find version 9 of model m'],
    [{ name: 'm', version_label: 'nope' }, 'invalid-input', 'Unrecognized servable version label: nope'],
  ])('refuses %j in TensorFlow Serving’s words', async (spec, kind, message) => {
    await expect(ask(spec)).rejects.toMatchObject({ kind, message });
  });
});

describe('GetModelMetadata', () => {
  const TYPE = 'tensorflow.serving.SignatureDefMap';

  it.each([
    ['a signature of the default name', manifest(1)],
    ['one with a name and a method of its own', manifest(1, { signatureName: 'classify_objects', methodName: 'classify' })],
  ])('describes %s as REST does, open ranks included', (_what, served) => {
    const { metadata } = JSON.parse(encodeMetadata(served).toString()) as { metadata: { signature_def: object } };
    const rest = sent(TYPE, metadata.signature_def);
    expect(decode(TYPE, protos.encode(TYPE, signatureDefMap(served)))).toEqual(rest);
    expect(JSON.stringify(rest)).toContain('"unknown_rank":true');
  });
});
