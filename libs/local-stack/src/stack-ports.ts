import { freePorts, requireFreePort } from './free-port.js';
import type { StackPorts } from './stack-options.js';

/** Where everything listens, once decided. */
export interface StackAddresses {
  readonly http: number;
  readonly tfServing: number;
  readonly grpc: number;
  readonly registry: number;
  readonly trainer: number;
  readonly workers: readonly number[];
}

/** Fills in free ports for those the caller left open. */
export async function choosePorts(ports: StackPorts, workers: number): Promise<StackAddresses> {
  const free = await freePorts(5 + workers);
  const next = (chosen: number | undefined): number => chosen ?? (free.pop() as number);
  return {
    http: next(ports.http),
    tfServing: next(ports.tfServing),
    grpc: next(ports.grpc),
    registry: next(ports.registry),
    trainer: next(ports.trainer),
    workers: Array.from({ length: workers }, (_, index) => next(ports.workers?.[index])),
  };
}

/** Checks the ports the user chose, before anything is started. @throws ServingError `conflict` naming the first that is taken and its variable */
export async function requireChosenPorts(ports: StackPorts, host: string): Promise<void> {
  const chosen: readonly (readonly [number | undefined, string])[] = [
    [ports.http, 'HTTP_PORT'],
    [ports.tfServing, 'TF_SERVING_PORT'],
    [ports.grpc, 'GRPC_PORT'],
    ...(ports.workers ?? []).map((port) => [port, 'WORKER_OPS_PORT'] as const),
    [ports.trainer, 'TRAINER_OPS_PORT'],
    [ports.registry, 'REGISTRY_OPS_PORT'],
  ];
  for (const [port, variable] of chosen) {
    if (port !== undefined) await requireFreePort(port, host, variable);
  }
}
