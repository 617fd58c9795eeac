import { format } from 'node:util';
import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

export type { Logger };

/** Every line is one JSON object with the service's name; `msg` is a stable event name (`model.loaded`), the rest are fields. */
export function createLogger(service: string, level: string): Logger {
  return pino({ level, base: { service, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime });
}

/** Nest's own lines in the same form; its start-up chatter goes to `debug`. */
export function nestLogger(logger: Logger): LoggerService {
  const nest = logger.child({ component: 'nest' });
  return {
    log: (message: unknown) => nest.debug({ text: message }, 'nest.log'),
    error: (message: unknown, ...details: unknown[]) => nest.error({ text: message, details }, 'nest.error'),
    warn: (message: unknown) => nest.warn({ text: message }, 'nest.warn'),
    debug: (message: unknown) => nest.debug({ text: message }, 'nest.debug'),
    verbose: (message: unknown) => nest.trace({ text: message }, 'nest.verbose'),
    fatal: (message: unknown) => nest.fatal({ text: message }, 'nest.fatal'),
  };
}

/** From now on what libraries print (`console.error`, Node's own warnings) becomes lines of the log too: a reader of JSON lines must not stumble. */
export function logWhatIsPrinted(logger: Logger): void {
  const printer = (level: 'debug' | 'info' | 'warn' | 'error') => (...values: unknown[]) => logger[level]({ text: format(...values) }, 'console');
  Object.assign(globalThis.console, { debug: printer('debug'), log: printer('info'), info: printer('info'), warn: printer('warn'), error: printer('error') });
  process.removeAllListeners('warning');
  process.on('warning', (warning) => logger.warn({ err: warning }, 'process.warning'));
}
