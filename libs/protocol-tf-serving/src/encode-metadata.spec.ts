import { describe, expect, it } from '@jest/globals';
import { encodeError, encodeMetadata, encodeStatus } from './index.js';

describe('encodeStatus', () => {
  it('writes versions as texts and the status of each', () => {
    expect(encodeStatus([{ version: 123, state: 'AVAILABLE' }, { version: 2, state: 'LOADING' }]).toString()).toBe(
      '{"model_version_status":[{"version":"123","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}},' +
        '{"version":"2","state":"LOADING","status":{"error_code":"OK","error_message":""}}]}',
    );
  });
});

describe('encodeMetadata', () => {
  it('nests signature_def twice and writes dimensions as texts', () => {
    const signature = {
      inputs: [{ name: 'x', dtype: 'float32' as const, shape: [-1, 28, 28, 1], finite: true }],
      outputs: [{ name: 'y', dtype: 'int64' as const, shape: [-1], finite: false }],
    };
    expect(JSON.parse(encodeMetadata({ name: 'mnist', version: 3, signature, signatureName: 'serving_default', methodName: 'predict' }).toString())).toEqual({
      model_spec: { name: 'mnist', signature_name: '', version: '3' },
      metadata: {
        signature_def: {
          signature_def: {
            serving_default: {
              inputs: {
                x: {
                  dtype: 'DT_FLOAT',
                  tensor_shape: {
                    dim: [{ size: '-1', name: '' }, { size: '28', name: '' }, { size: '28', name: '' }, { size: '1', name: '' }],
                    unknown_rank: false,
                  },
                  name: 'x:0',
                },
              },
              outputs: { y: { dtype: 'DT_INT64', tensor_shape: { dim: [{ size: '-1', name: '' }], unknown_rank: false }, name: 'y:0' } },
              method_name: 'tensorflow/serving/predict',
            },
          },
        },
      },
    });
  });
});

describe('encodeMetadata of what the manifest says of its signature', () => {
  const spec = { name: 'x', dtype: 'float32' as const, shape: [-1], finite: false };
  const signatureDefs = (stated: Partial<Parameters<typeof encodeMetadata>[0]>): Record<string, unknown> => {
    const body = encodeMetadata({ name: 'm', version: 1, signature: { inputs: [spec], outputs: [spec] }, signatureName: 'serving_default', methodName: 'predict', ...stated });
    return (JSON.parse(body.toString()) as { metadata: { signature_def: { signature_def: Record<string, unknown> } } }).metadata.signature_def.signature_def;
  };

  it('lists it under its own name too, since callers may use either', () => {
    const defs = signatureDefs({ signatureName: 'classify_objects', methodName: 'classify' });
    expect(Object.keys(defs)).toEqual(['serving_default', 'classify_objects']);
    expect(defs['classify_objects']).toMatchObject({ method_name: 'tensorflow/serving/classify' });
  });

  it('says where the rank is open', () => {
    const open = { ...spec, openRank: true };
    expect(signatureDefs({ signature: { inputs: [open], outputs: [spec] } })['serving_default']).toMatchObject({ inputs: { x: { tensor_shape: { dim: [], unknown_rank: true } } } });
  });
});

describe('encodeError', () => {
  it('is an object with the message alone', () => {
    expect(encodeError('The value "x" is wrong.').toString()).toBe('{"error":"The value \\"x\\" is wrong."}');
  });
});
