/** How long a folder must stay as it is before it counts as copied. Chosen: copies pause for less. */
const SETTLED_AFTER_MS = 2_500;

/** Tells folders that are being copied from those that are whole: by looking again, since clocks of file systems are not ours. */
export class SettledFolders {
  readonly #seen = new Map<string, { readonly fingerprint: string; readonly sinceMs: number }>();

  /** Whether a folder has been the same for long enough. @param nowMs a clock that never goes back */
  hasSettled(folder: string, fingerprint: string, nowMs: number): boolean {
    const seen = this.#seen.get(folder);
    if (seen?.fingerprint === fingerprint) return nowMs - seen.sinceMs >= SETTLED_AFTER_MS;
    this.#seen.set(folder, { fingerprint, sinceMs: nowMs });
    return false;
  }
}
