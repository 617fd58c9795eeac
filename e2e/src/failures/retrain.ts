import { until } from '@switchyard/test-kit';
import { getJson, postJson } from '../stack/http.js';

interface RunBody {
  readonly status?: string;
  readonly reason?: string | null;
  readonly version?: number;
  readonly error?: string;
}

/** Asks for a run of `simple_classifier`, the quick one. @returns its id */
export async function retrainClassifier(httpUrl: string): Promise<string> {
  const { status, body } = await postJson<{ run_id: string }>(`${httpUrl}/retrain`, { model: 'simple_classifier' });
  if (status !== 202) throw new Error(`The run was not queued: status ${status}, ${JSON.stringify(body)}`);
  return body.run_id;
}

/** What the api says of a run, which may be that it cannot look. */
export async function readRun(httpUrl: string, id: string): Promise<RunBody & { readonly code: number }> {
  const { status, body } = await getJson<RunBody>(`${httpUrl}/runs/${id}`);
  return { ...body, code: status };
}

/** Waits until a run has succeeded. @returns the version it published */
export async function awaitSuccess(httpUrl: string, id: string, deadlineMs: number): Promise<number> {
  const { version } = await until(
    async () => {
      const run = await readRun(httpUrl, id);
      if (run.status !== 'succeeded') throw new Error(JSON.stringify(run));
      return run;
    },
    { deadlineMs, describe: `run ${id} to succeed` },
  );
  return version ?? 0;
}
