/**
 * `assay lock containers [PATH] [--check]`: writes deps/containers.lock from the images that the repository's files name by digest. Asks no registry: what is not
 * pinned is listed, and the exit code is 1. Run twice it changes nothing; with --check it only compares.
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import picomatch from 'picomatch';
import { configPath, parseConfig } from '../core/config.ts';
import { AssayError } from '../core/errors.ts';
import { digestOf, imagesIn } from '../core/images/uses.ts';
import { type Tree, textOf } from '../core/tree.ts';
import { visible } from '../core/visible.ts';
import { readAll } from '../edges/worktree.ts';
import type { Verb } from './main.ts';

const usage = 'assay lock containers [PATH] [--check]';
const lockPath = 'deps/containers.lock';

export const verb: Verb = {
  summary: 'pin what the repository takes in: lock containers [PATH] [--check]',
  async run(args) {
    const { path, check } = optionsOf(args);
    const { images, unpinned } = imagesOf((await readAll(path)).head);
    for (const place of unpinned) process.stderr.write(`${place} is not pinned by digest\n`);
    const text = `${JSON.stringify({ version: 1, images }, null, 2)}\n`;
    const file = join(path, lockPath);
    const same = existsSync(file) && readFileSync(file, 'utf8') === text;
    if (!same && !check) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    process.stdout.write(`${lockPath}: ${images.length} images, ${same ? 'up to date' : check ? 'not up to date' : 'written'}\n`);
    return unpinned.length > 0 || (check && !same) ? 1 : 0;
  },
};

function optionsOf(args: string[]): { path: string; check: boolean } {
  try {
    const { values, positionals: [what, path = '.', ...rest] } = parseArgs({ args, allowPositionals: true, options: { check: { type: 'boolean' } } });
    if (what !== 'containers' || rest.length > 0) throw new Error(what === 'containers' ? 'one PATH only' : 'say what to lock');
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`"${path}" is no folder`);
    return { path: resolve(path), check: values.check ?? false };
  } catch (cause) {
    throw new AssayError('USAGE_LOCK', cause instanceof Error ? cause.message : String(cause), { remedy: usage, cause });
  }
}

interface Locked {
  image: string;
  digest: string;
  usedBy: string[];
}

/** Images by name and digest, sorted, with the files that name them; fixtures are left out, as in every judgement. */
function imagesOf(tree: Tree): { images: Locked[]; unpinned: string[] } {
  const config = textOf(tree[configPath]);
  const isFixture = picomatch(config === undefined ? [] : parseConfig(config).fixtures, { dot: true });
  const locked = new Map<string, Locked>();
  const unpinned: string[] = [];
  for (const path of Object.keys(tree).sort()) {
    const text = isFixture(path) ? undefined : textOf(tree[path]);
    for (const { image, line, open } of text === undefined ? [] : imagesIn(path, text)) {
      const digest = digestOf(image);
      if (digest === null) unpinned.push(...(open ? [] : [`${visible(path)}:${line} ${visible(image)}`]));
      else {
        const entry = locked.get(image) ?? { image: image.slice(0, image.lastIndexOf('@')), digest, usedBy: [] };
        if (!entry.usedBy.includes(path)) entry.usedBy.push(path);
        locked.set(image, entry);
      }
    }
  }
  const images = [...locked.values()].toSorted((a, b) => (a.image + a.digest < b.image + b.digest ? -1 : 1));
  return { images, unpinned };
}
