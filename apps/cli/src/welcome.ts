import type { Stack } from '@switchyard/local-stack';

/** The command that shows that it works: two points in the plane, as in `pipelines/simple_classifier.json`. */
const EXAMPLE_MODEL = 'simple_classifier';

/** What a user wants to know once everything runs. */
export function welcome(stack: Stack, options: { models: readonly string[]; logs: string; seconds: number }): string {
  const { httpUrl, tfServingUrl, grpcTarget } = stack;
  const operations = stack.services.filter((service) => service !== stack.api).map((service) => [service.name, `${service.url}/metrics`] as const);
  const addresses = [
    ['REST', `${httpUrl}  (docs at ${httpUrl}/docs)`],
    ['TensorFlow Serving', tfServingUrl],
    ['gRPC', `${grpcTarget}  (TensorFlow Serving, Open Inference)`],
    ...operations,
    ['logs', options.logs],
  ] as const;
  return [
    '',
    `Switchyard is ready after ${options.seconds.toFixed(1)} s; it serves ${options.models.join(' and ') || 'no model yet'}.`,
    '',
    ...addresses.map(([name, address]) => `  ${name.padEnd(20)} ${address}`),
    ...(options.models.includes(EXAMPLE_MODEL) ? ['', 'Try it:', '', `  ${exampleCommand(httpUrl)}`] : []),
    '',
    'Ctrl-C stops everything that was started here.',
  ].join('\n');
}

/** One line for a shell, as it stands. */
export function exampleCommand(httpUrl: string): string {
  return `curl -s ${httpUrl}/predict -H 'content-type: application/json' -d '{"instances": [[1.5, 2.3]]}'`;
}
