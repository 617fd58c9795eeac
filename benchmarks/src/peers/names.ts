/** Our own system as the report calls it; with more processes it is called the same, with more behind. */
export const SWITCHYARD = 'Switchyard';

export function isSwitchyard(system: string): boolean {
  return system.startsWith(SWITCHYARD);
}
