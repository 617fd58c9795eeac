import { describe, expect, it } from '@jest/globals';
import { testMessages } from '@switchyard/grpc-server/testing';
import type { Manifest, TensorSpec } from '@switchyard/model-registry';
import { TF_SERVING_PROTOS } from './proto-files.js';
import { signatureDefMap } from './signature-def.js';

const { decode, encode } = testMessages(TF_SERVING_PROTOS);
const TYPE = 'tensorflow.serving.SignatureDefMap';
const IMAGE: TensorSpec = { name: 'x', dtype: 'float32', shape: [-1, 28], finite: true };
const ANY_RANK: TensorSpec = { name: 'y', dtype: 'string', shape: [-1], openRank: true, finite: false };

/** The signatures as a client reads them. */
function signaturesOf(signatureName: string): Record<string, unknown> {
  const manifest = { signature: { inputs: [IMAGE], outputs: [ANY_RANK] }, signatureName, methodName: 'classify' } as unknown as Manifest;
  return (decode(TYPE, encode(TYPE, signatureDefMap(manifest))) as { signature_def: Record<string, unknown> }).signature_def;
}

describe('signatureDefMap', () => {
  it('says of each tensor its element type and shape, or that any rank will do', () => {
    expect(signaturesOf('serving_default')).toEqual({
      serving_default: {
        inputs: { x: { name: 'x:0', dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: '-1' }, { size: '28' }] } } },
        outputs: { y: { name: 'y:0', dtype: 'DT_STRING', tensor_shape: { unknown_rank: true } } },
        method_name: 'tensorflow/serving/classify',
      },
    });
  });

  it('lists the signature under its own name too, since callers may use either', () => {
    const signatures = signaturesOf('classify_objects');
    expect(Object.keys(signatures)).toEqual(['serving_default', 'classify_objects']);
    expect(signatures['classify_objects']).toEqual(signatures['serving_default']);
  });
});
