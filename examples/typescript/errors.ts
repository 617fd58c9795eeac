/** What can go wrong, and how a program tells. Usage: errors [http://127.0.0.1:8000] */
import { Switchyard, SwitchyardError } from '@switchyard/client';

const yard = new Switchyard({ url: process.argv[2] ?? 'http://127.0.0.1:8000', timeoutMs: 5_000, retries: 2 });
await yard.waitUntilReady();

try {
  await yard.predict('simple_classifier', { instances: [[1.5, 2.3, 0]] });
} catch (error) {
  if (!(error instanceof SwitchyardError)) throw error;
  console.log(error.kind, error.status, error.message);
}
