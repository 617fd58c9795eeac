import { describe, expect, it } from '@jest/globals';
import { loadStartConfig } from './start.config.js';

describe('loadStartConfig', () => {
  it('has a default for everything, and takes an empty variable for none', () => {
    const config = loadStartConfig({ HTTP_PORT: '' });
    expect(config).toMatchObject({ HTTP_PORT: 8000, TF_SERVING_PORT: 8501, GRPC_PORT: 8500, WORKERS: 1, HOST: '127.0.0.1' });
    expect(config.home).toBe(`${config.root}.switchyard`);
  });

  it('reads numbers, and keeps an absolute folder as it is', () => {
    expect(loadStartConfig({ HTTP_PORT: '9000', WORKERS: '3', SWITCHYARD_HOME: '/var/lib/switchyard' })).toMatchObject({
      HTTP_PORT: 9000,
      WORKERS: 3,
      home: '/var/lib/switchyard',
    });
  });
});
