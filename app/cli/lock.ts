/**
 * `assay lock containers [PATH] [--check | --resolve]`: writes deps/containers.lock from the images that the repository's files name by digest. Asks no registry: what is
 * not pinned, or wanted without a digest, is listed, and the exit code is 1. Run twice it changes nothing; with --check it only compares. With --resolve it first asks
 * the registries for the images that the lock itself wants, and writes deps/compose.yaml from them.
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import picomatch from 'picomatch';
import { configPath, parseConfig } from '../core/config.ts';
import { AssayError } from '../core/errors.ts';
import { composeOf, composePath, composeText } from '../core/images/compose.ts';
import { type ContainersLock, containersLock, type LockedImage, namedIn, parseContainersLock } from '../core/images/lock.ts';
import { digestOf, imagesIn } from '../core/images/uses.ts';
import { type Tree, textOf } from '../core/tree.ts';
import { visible } from '../core/visible.ts';
import { digestOfImage } from '../edges/images/registry.ts';
import { readAll } from '../edges/worktree.ts';
import type { Verb } from './main.ts';

const usage = 'assay lock containers [PATH] [--check | --resolve]';

export const verb: Verb = {
  summary: 'pin what the repository takes in: lock containers [PATH] [--check | --resolve]',
  async run(args) {
    const { path, check, resolve: ask } = optionsOf(args);
    const file = join(path, containersLock);
    const before = parseContainersLock(existsSync(file) ? readFileSync(file, 'utf8') : null);
    const asked = ask ? await resolved(before, path) : before;
    const { images, unpinned } = imagesOf((await readAll(path)).head);
    const { wanted = [], note } = asked;
    for (const place of unpinned) process.stderr.write(`${place} is not pinned by digest\n`);
    for (const { name, image } of wanted) process.stderr.write(`${name}: ${image} has no digest yet; "assay lock containers --resolve" asks its registry\n`);
    const lock: ContainersLock = { version: 1, ...(note !== undefined && wanted.length > 0 ? { note } : {}), images: merged(images, asked.images), ...(wanted.length > 0 ? { wanted } : {}) };
    const same = settled(file, { lock, check });
    return unpinned.length + wanted.length > 0 || (check && !same) ? 1 : 0;
  },
};

/** Writes the lock unless it is only checked, and tells; whether it was up to date. */
function settled(file: string, { lock, check }: { lock: ContainersLock; check: boolean }): boolean {
  const text = `${JSON.stringify(lock, null, 2)}\n`;
  const same = existsSync(file) && readFileSync(file, 'utf8') === text;
  if (!same && !check) write(file, text);
  process.stdout.write(`${containersLock}: ${lock.images.length} images, ${same ? 'up to date' : check ? 'not up to date' : 'written'}\n`);
  return same;
}

/** Every digest anew from its registry; nothing is written where one of them fails. The compose file names the images, and so they stay in the lock. */
async function resolved(before: ContainersLock, path: string): Promise<ContainersLock> {
  const images = await Promise.all(namedIn(before).map(async ({ name, image, platform }): Promise<LockedImage> => ({ name, image, digest: await digestOfImage(image, platform), platform, usedBy: [] })));
  if (images.length > 0) write(join(path, composePath), composeText(composeOf({ version: 1, images })));
  return { version: 1, images };
}

/** What files name, with what the lock knows beside the digest; what was asked for by name stays, whether a file names it or not. */
function merged(found: readonly LockedImage[], locked: readonly LockedImage[]): LockedImage[] {
  const asked = new Map(locked.filter(({ name }) => name !== undefined).map((each) => [`${each.image}@${each.digest}`, each]));
  const both = found.map((each): LockedImage => {
    const known = asked.get(`${each.image}@${each.digest}`);
    return known ? { name: known.name, image: each.image, digest: each.digest, platform: known.platform, usedBy: each.usedBy } : each;
  });
  const unnamed = [...asked].filter(([key]) => !found.some((each) => `${each.image}@${each.digest}` === key)).map(([, each]) => ({ ...each, usedBy: [] }));
  return [...both, ...unnamed].toSorted((a, b) => (a.image + a.digest < b.image + b.digest ? -1 : 1));
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function optionsOf(args: string[]): { path: string; check: boolean; resolve: boolean } {
  try {
    const { values, positionals: [what, path = '.', ...rest] } = parseArgs({ args, allowPositionals: true, options: { check: { type: 'boolean' }, resolve: { type: 'boolean' } } });
    if (values.check && values.resolve) throw new Error('--check writes nothing, --resolve does');
    if (what !== 'containers' || rest.length > 0) throw new Error(what === 'containers' ? 'one PATH only' : 'say what to lock');
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`"${path}" is no folder`);
    return { path: resolve(path), check: values.check ?? false, resolve: values.resolve ?? false };
  } catch (cause) {
    throw new AssayError('USAGE_LOCK', cause instanceof Error ? cause.message : String(cause), { remedy: usage, cause });
  }
}

/** Images by name and digest, sorted, with the files that name them; fixtures are left out, as in every judgement. */
function imagesOf(tree: Tree): { images: LockedImage[]; unpinned: string[] } {
  const config = textOf(tree[configPath]);
  const isFixture = picomatch(config === undefined ? [] : parseConfig(config).fixtures, { dot: true });
  const locked = new Map<string, LockedImage>();
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
