/**
 * Calls to Redis wait for it as long as it takes; callers do not.
 * @throws Error when `promise` takes longer; what it was waiting for may still happen
 */
export async function within<Value>(limitMs: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${Math.round(limitMs)} ms.`)), limitMs);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
