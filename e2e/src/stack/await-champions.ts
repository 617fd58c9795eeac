import { until } from '@switchyard/test-kit';
import { getJson } from './http.js';

interface StatusBody {
  readonly model_version_status?: readonly { readonly state: string }[];
}

/** Waits until every version of the models that serves is loaded by a worker; one that served before them may still be about to go. */
export async function awaitChampions(httpUrl: string, models: readonly string[], deadlineMs: number): Promise<void> {
  await until(
    async () => {
      const answers = await Promise.all(models.map((model) => getJson<StatusBody>(`${httpUrl}/v1/models/${model}`)));
      return answers.every(({ body }) => body.model_version_status?.every(({ state }) => state === 'AVAILABLE' || state === 'UNLOADING') ?? false);
    },
    { deadlineMs, describe: `${models.join(' and ')} to be served` },
  );
}
