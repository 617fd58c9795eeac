import { assertNever } from '@switchyard/errors';
import type { ServiceEvent } from '@switchyard/local-stack';

/** One sentence for the terminal about what the supervisor saw or did. */
export function describeEvent(event: ServiceEvent): string {
  switch (event.kind) {
    case 'died':
      return `${event.service} (process ${event.pid}) ended unasked, ${describeExit(event.exit)}; it is started again in ${event.restartInMs} ms.`;
    case 'restarted':
      return `${event.service} runs again, as process ${event.pid}.`;
    case 'given-up':
      return `${event.service} ended again and again, last ${describeExit(event.exit)}, and is left stopped. Its log says why.`;
    default:
      return assertNever(event);
  }
}

function describeExit({ code, signal }: { code: number | null; signal: string | null }): string {
  return signal === null ? `with exit code ${code}` : `by ${signal}`;
}
