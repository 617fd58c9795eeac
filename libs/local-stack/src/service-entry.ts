import { join } from 'node:path';
import type { ServiceName } from './stack-options.js';

/** The file that Node is given to start a service: what `npm run build` makes of it and of all it imports. @param root the repository, absolute */
export function serviceEntry(root: string, service: ServiceName): string {
  return join(root, 'apps', service, 'dist', 'bundle', 'main.js');
}
