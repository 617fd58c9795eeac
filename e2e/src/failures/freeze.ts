import type { SupervisedService } from '@switchyard/local-stack';

/** Stops a process where it stands (SIGSTOP), as a machine that is out of breath would; the returned function lets it go on. */
export function freeze(service: SupervisedService): () => void {
  const { pid } = service;
  process.kill(pid, 'SIGSTOP');
  return () => void process.kill(pid, 'SIGCONT');
}
