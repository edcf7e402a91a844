/** For tests of engines that base brings: a sandbox, requests from two sets of texts, and packages that are folders made by the test, chosen by the manifest that asks for them. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AssayError } from '../../core/errors.ts';
import type { Dependencies } from '../../core/ports/dependencies.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { textFile, textOf, type Tree } from '../../core/tree.ts';
import { gatherFacts } from '../facts.ts';

export function treeOf(files: Record<string, string>): Tree {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
}

export function requestOf(head: Record<string, string>, base: Record<string, string>, more: Partial<ToolRequest> = {}): ToolRequest {
  const [now, before] = [treeOf(head), treeOf(base)];
  const { changed } = gatherFacts({ base: before, head: now, all: more.all ?? false, now: 0 });
  return { guardrail: 'G12', changed, head: now, base: before, settings: undefined, now: 0, limitMs: 120_000, ...more };
}

export const noPackages: Dependencies = { fetch: async () => ({ mounts: [], env: {} }) };
export const unlocked: Dependencies = { fetch: async () => { throw new AssayError('DEPENDENCIES_LOCK_UNSUPPORTED', 'dependencies are not fetched from pnpm-lock.yaml', { remedy: 'Use npm.' }); } };

/** Sets of packages by the name in package.json: package → its files, of which those named in `bin` are programs. */
export function packageSets(sets: Record<string, Record<string, Record<string, string>>>): Dependencies & { remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'assay-packages-'));
  chmodSync(root, 0o755);
  for (const [set, packages] of Object.entries(sets)) {
    for (const [name, files] of Object.entries(packages)) for (const [path, text] of Object.entries(files)) write(join(root, set, name, path), text);
  }
  return {
    remove: () => rmSync(root, { recursive: true, force: true }),
    async fetch({ tree }) {
      const set = (JSON.parse(textOf(tree['package.json']) ?? '{}') as { name?: string }).name ?? '';
      if (set in sets) return { mounts: [{ host: join(root, set), inside: 'node_modules' }], env: {} };
      throw new AssayError('DEPENDENCIES_NO_LOCK', `no lock for "${set}"`, { remedy: 'Commit a lock.' });
    },
  };
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o755 });
}

/** A package with one program, which is a script for Node. */
export function program(name: string, script: string, version = '9.9.9'): Record<string, string> {
  return { 'package.json': JSON.stringify({ name, version, bin: { [name.split('/').at(-1)!]: 'run.js' } }), 'run.js': script };
}
