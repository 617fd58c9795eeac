// @ts-check

/** The HEALTHCHECK of every image: is this service alive? Slim images hold no curl, and Node is there anyway. */
const TIMEOUT_MS = 3_000;
const port = process.env.HTTP_PORT ?? process.env.OPS_PORT;

try {
  const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  process.exitCode = response.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
