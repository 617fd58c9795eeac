import type { ChainableCommander } from 'ioredis';

/** Sends the commands in one write and returns their results. A pipeline resolves even where Redis refused a command. @throws the first refusal. */
export async function execAll(pipeline: ChainableCommander): Promise<unknown[]> {
  const results = (await pipeline.exec()) ?? [];
  return results.map(([refusal, result]) => {
    if (refusal !== null) throw refusal;
    return result;
  });
}
