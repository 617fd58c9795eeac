import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { PEERS_PYTHON } from './absent-peer.js';

const PACKAGES = ['onnxruntime', 'tensorflow-cpu', 'numpy', 'mosec', 'fastapi', 'uvicorn', 'bentoml', 'celery'];
const TIMEOUT_MS = 30_000;
/** Prints a version per line, empty where a package is missing. */
const PROGRAM = `
import importlib.metadata, platform, sys
print(platform.python_version())
for name in sys.argv[1:]:
    try: print(importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError: print()
`;

/** Versions of the peers, and of Python. Nothing where they cannot be found out. @param directory where they were set up */
export function readPeerVersions(directory: string): Record<string, string> {
  try {
    const text = execFileSync(join(directory, PEERS_PYTHON), ['-c', PROGRAM, ...PACKAGES], { encoding: 'utf8', timeout: TIMEOUT_MS, stdio: ['ignore', 'pipe', 'ignore'] });
    const versions = text.split('\n');
    return Object.fromEntries(['python', ...PACKAGES].flatMap((name, index) => (versions[index] ? [[name, versions[index]]] : [])));
  } catch {
    return {};
  }
}
