import { describe, expect, it } from '@jest/globals';
import { parsePeer } from './peer.js';

describe('parsePeer', () => {
  it('reads a start script and an engine', () => {
    expect(parsePeer('mosec2:ort')).toMatchObject({ script: 'mosec2', engine: 'ort', name: 'mosec, two workers, onnxruntime', isLoneOnly: false });
    expect(parsePeer('celery:tf')).toMatchObject({ script: 'celery', engine: 'tf', name: 'Celery, Redis and FastAPI, TensorFlow' });
  });

  it('leaves FastAPI on TensorFlow to the lone caller, for whom it is there', () => {
    expect([parsePeer('fastapi:tf').isLoneOnly, parsePeer('fastapi:ort').isLoneOnly]).toEqual([true, false]);
  });

  it('names what is known for anything else', () => {
    for (const text of ['triton:ort', 'mosec2', 'mosec2:jax', '']) expect(() => parsePeer(text)).toThrow(/is no peer; one of mosec2, mosec, fastapi, bento, celery/);
  });
});
