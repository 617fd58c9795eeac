import { z } from 'zod';

const REQUEST_TIMEOUT_MS = 10_000;

const inputSchema = z.object({ name: z.string(), dtype: z.string(), shape: z.array(z.number()) });
const versionSchema = z.object({ version: z.number(), workers_serving: z.number(), signature: z.object({ inputs: z.array(inputSchema) }) });
const versionsSchema = z.object({ versions: z.array(versionSchema) });

export type ModelInput = z.infer<typeof inputSchema>;
export type PublishedVersion = z.infer<typeof versionSchema>;

/** What the api says of a version, and how many workers serve it; undefined while it says nothing: the next look may tell. */
export async function findVersion(apiUrl: string, model: string, version: number): Promise<PublishedVersion | undefined> {
  try {
    const response = await fetch(`${apiUrl}/models/${model}/versions`, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    return versionsSchema.parse(await response.json()).versions.find((candidate) => candidate.version === version);
  } catch {
    return undefined;
  }
}
