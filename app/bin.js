#!/usr/bin/env node
// Plain JavaScript on purpose: it must say something clear on any Node, also on one too old for the sources.
// Assay runs on Node 24. In a clone that is the pinned node-linux-* package; npm scripts find it first on PATH, npx may not.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const major = Number(process.versions.node.split('.')[0]);
const self = fileURLToPath(import.meta.url);

function pinnedNode() {
  try {
    return createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`);
  } catch {
    return undefined;
  }
}

/** Keeps what Node makes of our sources for the next start; a cache that cannot be written costs time only. Not in the shared temporary folder, where others could write. */
function keepCompiled() {
  try {
    nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assay', 'compiled'));
  } catch {
    // A user without a home folder starts as fast as without a cache.
  }
}

if (major >= 24) {
  keepCompiled();
  // Node runs TypeScript in a clone and refuses it under node_modules: installed, the bundle is what runs.
  if (/[\\/]node_modules[\\/]/.test(self)) await import(new URL('../actions/_runner/dist/cli.js', import.meta.url).href);
  else {
    const { main } = await import(new URL('./cli/main.ts', import.meta.url).href);
    process.exitCode = await main(process.argv.slice(2));
  }
} else {
  const node = process.platform === 'linux' ? pinnedNode() : undefined;
  if (!node || !existsSync(node)) {
    process.stderr.write(`assay needs Node 24 (this is ${process.version}) and found no pinned one beside it.\nRun "npm ci" on Linux (x64 or arm64), or install Node 24 and try again.\n`);
    process.exit(2);
  }
  const child = spawnSync(node, [self, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(child.status ?? 3);
}
