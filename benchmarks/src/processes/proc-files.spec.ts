import { describe, expect, it } from '@jest/globals';
import { parseCpuMs, parseKilobytes, parseMachineBusyMs, readCpuMs, readMemory } from './proc-files.js';

describe('what /proc says', () => {
  it('adds user and system time, whatever the program is called', () => {
    expect(parseCpuMs('4711 (node (8) x) S 1 4711 4711 0 -1 4194560 9 0 0 0 123 45 0 0 20 0 11 0 99')).toBe(1_680);
  });

  it('counts every kind of work as busy, and waiting as idle', () => {
    expect(parseMachineBusyMs('cpu  10 1 2 9000 500 3 4 5 0 0\ncpu0 1 1 1 1\n')).toBe(250);
  });

  it('reads sizes by their exact name', () => {
    expect(parseKilobytes('Rss:  900 kB\nPss:   12 kB\nPss_Anon:  7 kB\n', 'Pss')).toBe(12_288);
  });

  it('says nothing rather than something wrong', () => {
    expect([parseCpuMs(null), parseMachineBusyMs(null), parseKilobytes(null, 'Pss'), parseKilobytes('Pss: many', 'Pss')]).toEqual([null, null, null, null]);
    // 2^22 is the kernel's largest process id.
    expect([readCpuMs(4_194_305), readMemory(4_194_305)]).toEqual([null, null]);
  });

  (process.platform === 'linux' ? it : it.skip)('agrees with what Node knows of itself', () => {
    const { user, system } = process.cpuUsage();
    expect(Math.abs((readCpuMs(process.pid) ?? 0) - (user + system) / 1_000)).toBeLessThan(100);
    const { rss } = process.memoryUsage();
    expect(Math.abs((readMemory(process.pid)?.rss ?? 0) / rss - 1)).toBeLessThan(0.1);
  });
});
