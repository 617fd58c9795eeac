import { textTable } from '../report/text-table.js';
import type { ServiceProfile } from './profile-services.js';

const SHOWN_FUNCTIONS = 15;

/** The functions with most time of their own. */
export function renderProfile({ name, busy, functions }: ServiceProfile): string {
  const rows = functions.slice(0, SHOWN_FUNCTIONS).map((each) => [each.name, each.selfMs.toFixed(0), `${(each.share * 100).toFixed(1)} %`]);
  return [`## ${name}: main thread, busy ${(busy * 100).toFixed(0)} % of the time`, '', textTable(['function', 'self ms', 'share'], rows), ''].join('\n');
}
