import type { SupervisedService } from '@switchyard/local-stack';
import { getJson } from '../stack/http.js';

interface ReadyBody {
  readonly details?: Readonly<Record<string, { readonly status: string; readonly message?: string }>>;
}

/** The checks of `/ready` that fail, with what each says; empty when the service is ready. */
export async function failingChecks({ url }: Pick<SupervisedService, 'url'>): Promise<Readonly<Record<string, string>>> {
  const { body } = await getJson<ReadyBody>(`${url}/ready`);
  const failing = Object.entries(body.details ?? {}).filter(([, { status }]) => status !== 'up');
  return Object.fromEntries(failing.map(([name, { message }]) => [name, message ?? '']));
}
