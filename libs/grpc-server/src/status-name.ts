import type { status } from '@grpc/grpc-js';

/** The codes a call may fail with, by their names: https://grpc.io/docs/guides/status-codes/ */
export type StatusName = Exclude<keyof typeof status, 'OK'>;
