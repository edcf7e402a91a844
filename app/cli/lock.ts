/**
 * `assay lock containers [PATH] [--check | --resolve | --report]`: writes deps/containers.lock from the images that the repository's files name by digest. Asks no registry: what is
 * not pinned beyond doubt, or wanted without a digest, is listed with its code, and the exit code is 1. Run twice it changes nothing; with --check it only compares. With --resolve it
 * first asks the registries for the images that the lock itself wants, and writes deps/compose.yaml from them; with --report it asks which digests are due to be changed.
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import picomatch from 'picomatch';
import { configPath, parseConfig } from '../core/config.ts';
import { AssayError } from '../core/errors.ts';
import { composeOf, composePath, composeText } from '../core/images/compose.ts';
import { type ContainersLock, containersLock, type LockedImage, namedIn, parseContainersLock } from '../core/images/lock.ts';
import { faultOf } from '../core/images/pinned.ts';
import { digestOf, imagesIn } from '../core/images/uses.ts';
import { type Tree, textOf } from '../core/tree.ts';
import { visible } from '../core/visible.ts';
import { digestOfImage } from '../edges/images/registry.ts';
import { readAll } from '../edges/worktree.ts';
import { reportRotation, type ReportOptions } from './lock-report.ts';
import type { Verb } from './main.ts';

const usage = 'assay lock containers [PATH] [--check | --resolve | --report [--max-age DAYS] [--format text|json]]';
const usualMaxAgeDays = 90;

export const verb: Verb = {
  summary: 'pin what the repository takes in: lock containers [PATH] [--check | --resolve | --report]',
  async run(args) {
    const { path, check, resolve: ask, report } = optionsOf(args);
    const file = join(path, containersLock);
    const before = parseContainersLock(existsSync(file) ? readFileSync(file, 'utf8') : null);
    if (report) return reportRotation(before, report);
    const asked = ask ? await resolved(before, path) : before;
    const { images, unpinned } = imagesOf((await readAll(path)).head);
    const { wanted = [], note } = asked;
    for (const place of unpinned) process.stderr.write(`${place}\n`);
    for (const { name, image } of wanted) process.stderr.write(`${name}: ${image} has no digest yet; "assay lock containers --resolve" asks its registry\n`);
    const lock: ContainersLock = { version: 1, ...(note !== undefined && wanted.length > 0 ? { note } : {}), images: dated(merged(images, asked.images), { before, check }), ...(wanted.length > 0 ? { wanted } : {}) };
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

/** Since when each digest is locked. A lock of before this was written down is no reason to fail a check. */
function dated(images: readonly LockedImage[], { before, check }: { before: ContainersLock; check: boolean }): LockedImage[] {
  const today = new Date().toISOString().slice(0, 10);
  return images.map((each) => {
    const known = before.images.find(({ image, digest }) => image === each.image && digest === each.digest);
    const lockedAt = known?.lockedAt ?? (known && check ? undefined : today);
    return { ...each, ...(lockedAt === undefined ? {} : { lockedAt }) };
  });
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function optionsOf(args: string[]): { path: string; check: boolean; resolve: boolean; report: ReportOptions | null } {
  try {
    const flag = { type: 'boolean' } as const;
    const text = { type: 'string' } as const;
    const { values, positionals: [what, path = '.', ...rest] } = parseArgs({ args, allowPositionals: true, options: { check: flag, resolve: flag, report: flag, 'max-age': text, format: text } });
    const { check = false, resolve: ask = false, report = false, format = 'text' } = values;
    refuseTogether({ check, ask, report });
    if (what !== 'containers' || rest.length > 0) throw new Error(what === 'containers' ? 'one PATH only' : 'say what to lock');
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`"${path}" is no folder`);
    if (!report && (values['max-age'] ?? values.format) !== undefined) throw new Error('--max-age and --format go with --report');
    if (format !== 'text' && format !== 'json') throw new Error('--format is text or json');
    return { path: resolve(path), check, resolve: ask, report: report ? { maxAgeDays: daysOf(values['max-age']), format, now: Date.now() } : null };
  } catch (cause) {
    throw new AssayError('USAGE_LOCK', cause instanceof Error ? cause.message : String(cause), { remedy: usage, cause });
  }
}

function refuseTogether({ check, ask, report }: Record<'check' | 'ask' | 'report', boolean>): void {
  if (check && ask) throw new Error('--check writes nothing, --resolve does');
  if (report && (check || ask)) throw new Error('--report goes alone');
}

function daysOf(text: string | undefined): number {
  if (text === undefined) return usualMaxAgeDays;
  if (!/^\d{1,4}$/.test(text)) throw new Error('--max-age is a number of days');
  return Number(text);
}

/** Images by name and digest, sorted, with the files that name them; fixtures are left out, as in every judgement. */
function imagesOf(tree: Tree): { images: LockedImage[]; unpinned: string[] } {
  const config = textOf(tree[configPath]);
  const isFixture = picomatch(config === undefined ? [] : parseConfig(config).fixtures, { dot: true });
  const locked = new Map<string, LockedImage>();
  const unpinned: string[] = [];
  for (const path of Object.keys(tree).sort()) {
    const text = isFixture(path) ? undefined : textOf(tree[path]);
    for (const use of text === undefined ? [] : imagesIn(path, text)) {
      const { image, line } = use;
      const fault = faultOf(use);
      const digest = digestOf(image);
      if (fault !== null || digest === null) unpinned.push(`${visible(path)}:${line} ${visible(image)} ${fault?.why} (${fault?.code})`);
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
