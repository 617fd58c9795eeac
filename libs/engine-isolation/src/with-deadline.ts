import type { ServingError } from '@switchyard/errors';

/** `promise`, or the error that `expired` makes once `timeoutMs` have passed; what `promise` does later is ignored. */
export async function withDeadline<Value>(promise: Promise<Value>, timeoutMs: number, expired: () => ServingError): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(expired()), Math.max(0, timeoutMs));
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
