/**
 * What a composite's last step runs, on whichever Node ≥ 20 the runner has first on PATH. Assay runs on Node 24: on an older one this starts itself again
 * with the pinned Node that `setup` put beside it, and says so clearly where there is none.
 */
import { spawnSync } from 'node:child_process';
import { currentNode, pinnedNode, runsAssay, useToolCache } from './host.ts';

useToolCache(process.env);
if (runsAssay(currentNode())) await import('./guard-step.ts');
else process.exitCode = again();

function again(): number {
  const node = pinnedNode();
  if (node === null) {
    process.stdout.write(`::error title=Assay RUNNER_NODE_TOO_OLD::Assay needs Node 24, this runner has ${process.version} and no pinned one beside the action. Run actions/setup first.\n`);
    return 3;
  }
  return spawnSync(node, [process.argv[1] ?? ''], { stdio: 'inherit' }).status ?? 3;
}
