/** The installed CLI's entry, and that of dispatched jobs; in a clone `app/bin.js` runs the sources. On an older Node it starts again with the pinned one, where that is installed. */
import { spawnSync } from 'node:child_process';
import { currentNode, pinnedNode, runsAssay } from './host.ts';

if (runsAssay(currentNode())) {
  const { main } = await import('../../app/cli/main.ts');
  process.exitCode = await main(process.argv.slice(2));
} else process.exitCode = again();

function again(): number {
  const node = pinnedNode();
  if (node !== null) return spawnSync(node, [process.argv[1] ?? '', ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 3;
  process.stderr.write(`assay needs Node 24 (this is ${process.version}) and found no pinned one beside it.\nInstall Node 24 and try again.\n`);
  return 2;
}
