import { findProgram } from '@switchyard/local-stack';

export type DeploymentTool = 'hadolint' | 'kubectl' | 'kustomize' | 'prometheus' | 'promtool';

/** Where a program is, or why the tests that need it are skipped; made for `describeWith`. */
export type FoundTool = { readonly available: true; readonly path: string } | { readonly available: false; readonly reason: string };

/**
 * The first of these programs that is on PATH or that `npm run setup` made.
 *
 * @throws Error instead of a reason when SWITCHYARD_REQUIRE_ALL=1: continuous integration must not skip
 */
export function findTool(...names: readonly DeploymentTool[]): FoundTool {
  const path = findProgram(names);
  return path === undefined ? unavailable(`${names.join(' or ')} is not installed; run "npm run setup"`) : { available: true, path };
}

/**
 * The reason, for something this machine or this state of the repository lacks.
 *
 * @throws Error when SWITCHYARD_REQUIRE_ALL=1
 */
export function unavailable(reason: string): { readonly available: false; readonly reason: string } {
  if (process.env['SWITCHYARD_REQUIRE_ALL'] === '1') throw new Error(`These tests must run here (SWITCHYARD_REQUIRE_ALL=1): ${reason}.`);
  return { available: false, reason };
}
