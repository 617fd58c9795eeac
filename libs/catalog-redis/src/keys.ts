export function catalogKey(prefix: string): string {
  return `${prefix}:catalog`;
}

export function catalogChannel(prefix: string): string {
  return `${prefix}:catalog:changed`;
}

export function workerKey(prefix: string, workerId: string): string {
  return `${prefix}:worker:${workerId}`;
}

export function workerSetKey(prefix: string): string {
  return `${prefix}:workers`;
}
