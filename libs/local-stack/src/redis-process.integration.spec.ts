import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { redisAnswers } from './redis-ping.js';
import { startRedis, type RedisProcess } from './redis-process.js';
import type { ServiceEvent } from './supervised-service.js';

/** One inline command and the first piece of its reply. */
function ask(redis: RedisProcess, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port: redis.port });
    socket.once('error', reject);
    socket.once('connect', () => socket.write(`${command}\r\n`));
    socket.once('data', (reply) => {
      socket.destroy();
      resolve(reply.toString().trim());
    });
  });
}

let directory: string;
let redis: RedisProcess;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'switchyard-redis-'));
  redis = await startRedis({ directory });
});
afterEach(async () => {
  await redis.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('startRedis', () => {
  it('never evicts, keeps an append-only file in its folder, and is new enough for BLMPOP', async () => {
    expect(await ask(redis, 'CONFIG GET maxmemory-policy')).toContain('noeviction');
    expect(await ask(redis, 'CONFIG GET appendonly')).toContain('yes');
    expect(await ask(redis, 'CONFIG GET dir')).toContain(directory);
    expect(await ask(redis, 'CONFIG GET bind')).toContain('127.0.0.1');
    expect(await ask(redis, 'LMPOP 1 nothing LEFT')).toBe('*-1');
  });

  it('keeps what was written over a restart, at the same address', async () => {
    expect(await ask(redis, 'SET kept yes')).toBe('+OK');
    const { pid, url } = redis;
    await redis.restart();
    expect(redis.pid).not.toBe(pid);
    expect(redis.url).toBe(url);
    expect(await ask(redis, 'GET kept')).toContain('yes');
  });

  it('is brought back after a crash when it is to be kept running', async () => {
    const pid = redis.pid;
    const restarted = new Promise<ServiceEvent>((resolve) => redis.keepRunning((event) => event.kind === 'restarted' && resolve(event)));
    await redis.kill();
    expect(await restarted).toEqual({ kind: 'restarted', service: 'redis', pid: redis.pid });
    expect(redis.pid).not.toBe(pid);
    expect(await redisAnswers(redis.port)).toBe(true);
  });

  it('leaves no process after stop, also when stopped twice or on the way back from a crash', async () => {
    const pids = [redis.pid];
    const died = new Promise<void>((resolve) => redis.keepRunning((event) => event.kind === 'died' && resolve()));
    await redis.kill();
    await died;
    await Promise.all([redis.stop(), redis.stop()]);
    pids.push(redis.pid);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await redisAnswers(redis.port)).toBe(false);
  });

  it('says what is wrong with a program that is no Redis', async () => {
    await expect(startRedis({ directory, binary: '/bin/false' })).rejects.toThrow('Redis ended before it was ready (exit code 1)');
    await expect(startRedis({ directory, binary: join(directory, 'missing') })).rejects.toThrow('ENOENT');
  });
});
