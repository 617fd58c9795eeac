import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { measureLoad, type LoadFigures } from '../measure/measure-load.js';
import type { RunningSystem } from '../systems/system.js';
import { switchyardSystem } from '../systems/switchyard-system.js';
import type { Workload } from '../workloads/workload.js';
import { hotFunctions, type CpuProfile, type ThreadProfile } from './hot-functions.js';

export interface ProfileOptions {
  readonly objects: string;
  /** The repository, absolute. */
  readonly root: string;
  readonly workload: Workload;
  readonly connections: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** The main thread of one service. */
export interface ServiceProfile extends ThreadProfile {
  readonly name: string;
}

export interface ServiceProfiles {
  /** Under the profiler, which takes a few per cent. */
  readonly load: LoadFigures;
  readonly services: readonly ServiceProfile[];
}

const PROFILED = ['api', 'inference-worker'] as const;
const PRELOAD = fileURLToPath(new URL('../../dist/profile/profile-preload.js', import.meta.url));

/** Where the main threads of the api and the worker spend their time under load. @throws ServingError when the system does not start */
export async function profileServices({ objects, root, workload, ...settings }: ProfileOptions): Promise<ServiceProfiles> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-profiles-'));
  const profileFile = (service: string): string => join(folder, `${service}.cpuprofile`);
  const profiled = (service: string) => ({ NODE_OPTIONS: `--import ${pathToFileURL(PRELOAD).href}?into=${pathToFileURL(profileFile(service)).href}` });
  try {
    const serviceEnv = Object.fromEntries(PROFILED.map((service) => [service, profiled(service)]));
    const system = await switchyardSystem({ objects, serviceEnv }).start();
    let load: LoadFigures;
    try {
      load = await measureLoad(system, workload, settings, () => toggleProfilers(system));
    } finally {
      // A stop drains: by then the profiles are written.
      await system.stop();
    }
    const services = await Promise.all(PROFILED.map(async (name) => ({ name, ...hotFunctions(await readProfile(profileFile(name)), root) })));
    return { load, services };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function toggleProfilers(system: RunningSystem): void {
  for (const { name, pid } of system.processes()) {
    if (PROFILED.some((service) => name.startsWith(service))) process.kill(pid, 'SIGUSR2');
  }
}

async function readProfile(file: string): Promise<CpuProfile> {
  return JSON.parse(await readFile(file, 'utf8')) as CpuProfile;
}
