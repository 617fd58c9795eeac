import { describe, expect, it } from '@jest/globals';
import { tinyService } from './fixtures/tiny-service.js';
import { SupervisedService, type ServiceEvent } from './supervised-service.js';

/** A supervised fixture and a way to wait for what its supervisor says. */
async function supervise(env: Record<string, string> = {}) {
  const events: ServiceEvent[] = [];
  let notify = (): void => undefined;
  const service = new SupervisedService(await tinyService('tiny', env), (event) => {
    events.push(event);
    notify();
  });
  const saw = (kind: ServiceEvent['kind']): Promise<void> =>
    new Promise((resolve) => {
      notify = () => (events.some((event) => event.kind === kind) ? resolve() : undefined);
      notify();
    });
  return { service, events, saw };
}

describe('SupervisedService', () => {
  it('starts a service again that was killed, under a new process id and the same address', async () => {
    const { service, events, saw } = await supervise();
    await service.ready(10_000);
    const firstPid = service.pid;
    await service.kill();
    await saw('restarted');
    await service.ready(10_000);
    expect(service.pid).not.toBe(firstPid);
    expect(events).toEqual([
      { kind: 'died', service: 'tiny', pid: firstPid, exit: { code: null, signal: 'SIGKILL' }, restartInMs: 250 },
      { kind: 'restarted', service: 'tiny', pid: service.pid },
    ]);
    await service.stop();
  });

  it('starts nothing once it was stopped, and leaves no process', async () => {
    const { service, events } = await supervise();
    await service.ready(10_000);
    await service.stop();
    expect(service.isRunning).toBe(false);
    expect(() => process.kill(service.pid, 0)).toThrow('ESRCH');
    expect(events).toEqual([]);
  });

  it('starts nothing when it is stopped while it waits to start again', async () => {
    const { service, events, saw } = await supervise();
    await service.ready(10_000);
    await service.kill();
    await saw('died');
    await service.stop();
    expect(events.map((event) => event.kind)).toEqual(['died']);
    expect(service.isRunning).toBe(false);
  });

  it('can be aborted in the middle of a stop that takes long', async () => {
    const { service } = await supervise({ STUBBORN: 'yes' });
    await service.ready(10_000);
    const stopped = service.stop(60_000);
    await service.abort();
    await stopped;
    expect(service.isRunning).toBe(false);
  });
});
