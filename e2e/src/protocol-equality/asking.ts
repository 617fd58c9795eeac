import type { Dtype, Tensor } from '@switchyard/tensor';
import type { GrpcClient } from '../grpc/grpc-client.js';
import type { TrainedStack } from '../stack/trained-stack.js';

/** The server, and one question to an echo model: the tensor of each of its dtypes. */
export interface Question {
  readonly stack: TrainedStack;
  readonly client: GrpcClient;
  readonly model: string;
  readonly inputs: readonly Tensor[];
}

/** Asks over one protocol, in one of its forms, and returns the outputs by dtype. @throws Error with the refusal */
export type Ask = (question: Question) => Promise<ReadonlyMap<Dtype, Tensor>>;
