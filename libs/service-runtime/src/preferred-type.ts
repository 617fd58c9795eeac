import type { IncomingMessage } from 'node:http';
import accepts from 'accepts';

/** Which of the offered media types a client likes best by its `Accept`, the first where it does not care; null when it takes none of them. */
export function preferredType<Type extends string>(request: IncomingMessage, offered: readonly Type[]): Type | null {
  const preferred = accepts(request).type([...offered]);
  return typeof preferred === 'string' ? (preferred as Type) : null;
}
