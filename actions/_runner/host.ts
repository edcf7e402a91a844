/** What this runner is: its Node, the pinned one beside the action, the folder of the action, and where tools are kept between jobs. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout of Assay itself: an action's own folder, never the caller's checkout. */
export const assayRoot = fileURLToPath(new URL('../../', import.meta.url));

export function currentNode(): number {
  return Number(process.versions.node.split('.')[0]);
}

export function runsAssay(major: number): boolean {
  return major >= 24;
}

export function pinnedNode(): string | null {
  try {
    const path = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`);
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/** Tools live in the runner's own tool cache, so that a runner that keeps it installs them once. A home that was named stays. */
export function useToolCache(env: NodeJS.ProcessEnv): string | undefined {
  if (!env.ASSAY_TOOLS && env.RUNNER_TOOL_CACHE) env.ASSAY_TOOLS = join(env.RUNNER_TOOL_CACHE, 'assay', 'tools');
  return env.ASSAY_TOOLS;
}
