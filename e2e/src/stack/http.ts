export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Every call has a deadline: a hung request must fail its test, not the run. */
const DEADLINE_MS = 60_000;

export async function getJson<Body>(url: string): Promise<Answer<Body>> {
  return answerOf<Body>(await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) }));
}

export async function postJson<Body>(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer<Body>> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return answerOf<Body>(await fetch(url, { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers }, signal: AbortSignal.timeout(DEADLINE_MS) }));
}

export async function postForm<Body>(url: string, form: FormData | URLSearchParams): Promise<Answer<Body>> {
  return answerOf<Body>(await fetch(url, { method: 'POST', body: form, signal: AbortSignal.timeout(DEADLINE_MS) }));
}

export async function patchJson<Body>(url: string, body: unknown): Promise<Answer<Body>> {
  return answerOf<Body>(await fetch(url, { method: 'PATCH', body: JSON.stringify(body), headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(DEADLINE_MS) }));
}

export async function deleteJson<Body>(url: string): Promise<Answer<Body>> {
  return answerOf<Body>(await fetch(url, { method: 'DELETE', signal: AbortSignal.timeout(DEADLINE_MS) }));
}

async function answerOf<Body>(response: Response): Promise<Answer<Body>> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) as Body };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Runs `tasks` with at most `width` under way: that many connections at once. */
export async function inParallel<T, R>(items: readonly T[], width: number, task: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await task(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}
