import { describe, expect, it } from '@jest/globals';
import { freePort } from './free-port.js';
import { startService } from './service-process.js';
import { tinyService } from './fixtures/tiny-service.js';

describe('startService', () => {
  it('is ready once GET /ready answers, passes lines on, and ends orderly on stop', async () => {
    const lines: string[] = [];
    const service = startService({ ...(await tinyService('tiny')), onLine: (line) => lines.push(line) });
    await service.ready(10_000);
    expect((await fetch(`${service.url}/ready`)).status).toBe(200);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(service.isRunning).toBe(false);
    expect(() => process.kill(service.pid, 0)).toThrow('ESRCH');
    expect(lines).toEqual(['listening', 'asked to stop']);
  });

  it('ends a service with SIGKILL that does not end within the grace', async () => {
    const service = startService(await tinyService('stubborn', { STUBBORN: 'yes' }));
    await service.ready(10_000);
    expect(await service.stop(100)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('says why a service ended before it was ready', async () => {
    const service = startService(await tinyService('broken', { FAILS: 'yes' }));
    await expect(service.ready(10_000)).rejects.toThrow('broken ended before it was ready (exit code 3):\na setting is missing');
  });

  it('gives up on a service that is not ready in time', async () => {
    const service = startService({ ...(await tinyService('elsewhere')), opsPort: await freePort() });
    await expect(service.ready(300)).rejects.toThrow('elsewhere was not ready within 300 ms');
    await service.kill();
  });

  it('may be stopped twice', async () => {
    const service = startService(await tinyService('tiny'));
    await service.ready(10_000);
    expect(await Promise.all([service.stop(), service.stop()])).toEqual([{ code: 0, signal: null }, { code: 0, signal: null }]);
  });
});
