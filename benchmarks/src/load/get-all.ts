import { ServingError } from '@switchyard/errors';
import { LoadConnection } from './load-connection.js';
import { loopbackTarget } from './loopback-target.js';
import type { HttpResponse } from './response-parser.js';

export interface GetAllOptions {
  /** `http://127.0.0.1:<port>` and what all paths begin with. */
  readonly url: string;
  /** Appended to the path of `url`; each is asked for once. */
  readonly paths: readonly string[];
  readonly connections: number;
  /** For all of them together. */
  readonly deadlineMs: number;
  /** Called with each answer, in any order; the body is a view, good during the call. */
  readonly onAnswer: (index: number, response: HttpResponse) => void;
}

/**
 * Reads many small resources of a server on this machine over connections that are kept, as the load generator sends requests.
 *
 * @throws ServingError `deadline-exceeded`, or `internal` when a connection is lost; what `onAnswer` throws
 */
export function getAll({ url, paths, connections, deadlineMs, onAnswer }: GetAllOptions): Promise<void> {
  const target = loopbackTarget(url);
  const request = (path: string): Buffer => Buffer.from(`GET ${target.path}${path} HTTP/1.1\r\nHost: ${target.address}:${target.port}\r\nConnection: keep-alive\r\n\r\n`);
  let [next, left] = [0, paths.length];
  return new Promise((resolve, reject) => {
    const open: LoadConnection[] = [];
    const finish = (error?: Error): void => {
      clearTimeout(timer);
      for (const connection of open) connection.close();
      if (error === undefined) resolve();
      else reject(error);
    };
    const timer = setTimeout(() => finish(new ServingError('deadline-exceeded', `${left} of ${paths.length} answers were missing after ${deadlineMs} ms.`)), deadlineMs);
    const start = (): void => {
      let index = 0;
      const connection = new LoadConnection(target, {
        onResponse: (response) => {
          try {
            onAnswer(index, response);
          } catch (error) {
            return finish(error as Error);
          }
          left -= 1;
          if (left === 0) finish();
          else sendNext();
        },
        onLost: (reason) => finish(new ServingError('internal', `${target.path}${paths[index]} was not answered: ${reason}.`)),
      });
      const sendNext = (): void => {
        if (next === paths.length) return;
        index = next;
        next += 1;
        connection.send(request(paths[index] ?? ''));
      };
      open.push(connection);
      sendNext();
    };
    if (left === 0) finish();
    for (let count = Math.min(connections, paths.length); count > 0; count--) start();
  });
}
