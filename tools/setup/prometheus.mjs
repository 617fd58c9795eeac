// @ts-check
import { canInstallWithApt, installWithApt } from './apt.mjs';
import { findOnPath } from './find-on-path.mjs';
import { ready, unavailable } from './step-outcome.mjs';

/** `prometheus` scrapes, `promtool` reads rules and runs their tests. @typedef {{prometheus: string, promtool: string}} PrometheusPrograms */

/**
 * Prometheus for the tests of `monitoring/`: on PATH, or from Debian's packages. Starts nothing; the package's own
 * service is not started either.
 *
 * @param {{say: (line: string) => void}} context
 * @returns {Promise<import('./step-outcome.mjs').StepOutcome<PrometheusPrograms>>}
 */
export async function ensurePrometheus({ say }) {
  const present = find();
  if (present !== undefined) return ready(`Prometheus is at ${present.prometheus}.`, present);
  if (!canInstallWithApt()) return missing('prometheus and promtool are not on PATH');
  say('Prometheus: installing it with apt …');
  const installed = await installWithApt(['prometheus']);
  const found = find();
  return found === undefined ? missing(`apt could not install it: ${installed.reason}`) : ready(`Prometheus was installed at ${found.prometheus}.`, found);
}

/** @returns {PrometheusPrograms | undefined} */
function find() {
  const prometheus = findOnPath('prometheus');
  const promtool = findOnPath('promtool');
  return prometheus !== undefined && promtool !== undefined ? { prometheus, promtool } : undefined;
}

/** @param {string} reason */
function missing(reason) {
  return unavailable(`Prometheus is not available (${reason}), so the tests that need it are skipped. Put prometheus and promtool on PATH: https://prometheus.io/download.`);
}
