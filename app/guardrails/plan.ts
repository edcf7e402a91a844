/** Which guardrails judge which files, in which mode: from the pack, the repository's configuration on base and the diff. Pure; nothing runs here. */
import picomatch from 'picomatch';
import { type Config, configPath, defaultConfig, parseConfig } from '../core/config.ts';
import { AssayError } from '../core/errors.ts';
import type { HistoryEntry, PullText, SkippedFile } from '../core/guardrail.ts';
import type { PackagePlace } from '../core/ports/toolbox.ts';
import { languageOf } from '../core/language.ts';
import type { Tree } from '../core/tree.ts';
import { textOf } from '../core/tree.ts';
import { readWaivers, waived, type Waiver, waiverFolder } from '../core/waiver.ts';
import { type Baseline, baselinePath, covered, grown, parseBaseline } from './baseline.ts';
import { type Descriptor, inPhase, type Mode, type PackMembers } from './descriptor.ts';
import { type Facts, gatherFacts } from './facts.ts';

export interface GuardrailsInput {
  base: Tree;
  head: Tree;
  baseSha: string | null;
  headSha: string;
  /** Null: what the configuration names. */
  pack: string | null;
  only?: readonly string[] | undefined;
  /** Without it both: those that only read and those that run the change's code. */
  phase?: 'scan' | 'exec' | undefined;
  all?: boolean | undefined;
  paths?: readonly string[] | undefined;
  unread?: readonly SkippedFile[] | undefined;
  budget?: Record<string, number> | undefined;
  repository?: string | null | undefined;
  pull?: PullText | null | undefined;
  messages?: readonly string[] | undefined;
  history?: readonly HistoryEntry[] | null | undefined;
  /** Text of the baseline where it is not in `base`; null: there is none. */
  baseline?: string | null | undefined;
  /** The waivers that hold, where they are not in `base`. */
  waivers?: readonly { path: string; text: string }[] | undefined;
  /** Text of the configuration where it is not in `base`; null: there is none. */
  config?: string | null | undefined;
}

export interface Catalogue {
  descriptors: readonly Descriptor[];
  packs: readonly PackMembers[];
}

export interface Planned {
  descriptor: Descriptor;
  mode: Mode;
  facts: Facts;
  settings: unknown;
  testCommand: readonly string[] | null;
  packages: readonly PackagePlace[];
  covered: ReadonlySet<string>;
  /** Fingerprints that a waiver covers: counted, not held against the change. */
  waived: ReadonlySet<string>;
  baselineGrown: boolean;
  isFixture(path: string): boolean;
  applies: boolean;
}

interface Chosen {
  descriptor: Descriptor;
  mode: Mode;
  /** Whether this guardrail judges the file at all; in a monorepo its folder's pack may not have it. */
  judges(path: string): boolean;
}

/** Throws `USAGE_…` on a name that does not exist and `CONFIG_…` on a broken configuration or baseline. */
export function planFrom(input: GuardrailsInput, from: Catalogue & { now: number }): Planned[] {
  const config = configOf(input);
  const chosen = choose(input, { config, catalogue: from });
  const facts = gatherFacts({
    base: input.base, head: input.head, all: input.all ?? false, now: from.now, ...defined({
      budget: input.budget, repository: input.repository, paths: input.paths, unread: input.unread, pull: input.pull, messages: input.messages, history: input.history,
    }),
  });
  const text = input.baseline === undefined ? textOf(input.base[baselinePath]) ?? null : input.baseline;
  const baseline: Baseline | null = text === null ? null : parseBaseline(text);
  const grew = new Set(grown(baseline, input.all ? null : textOf(input.head[baselinePath]) ?? null));
  const isFixture = matcher(config.fixtures);
  const waivers = waiversOf(input);
  return chosen.map((one) => {
    const { descriptor, mode } = one;
    const own = factsFor(one, facts, isFixture);
    const applies = appliesTo(descriptor, { facts: own, budget: input.budget }) || grew.has(descriptor.id);
    return { descriptor, mode, facts: own, settings: config.guardrails[descriptor.id], testCommand: config.testCommand, packages: placesOf(config), covered: covered(baseline, descriptor.id, facts.now), waived: waived(waivers, descriptor.id, facts.now), baselineGrown: grew.has(descriptor.id), isFixture, applies };
  });
}

/** Throws CONFIG_WAIVER_INVALID: one that is broken must not look like one that is not there. */
function waiversOf(input: GuardrailsInput): Waiver[] {
  const inBase = () => Object.keys(input.base).filter((path) => path.startsWith(`${waiverFolder}/`)).map((path) => ({ path, text: textOf(input.base[path]) ?? '' }));
  const { waivers, broken } = readWaivers(input.waivers ?? inBase());
  if (broken.length === 0) return waivers;
  throw new AssayError('CONFIG_WAIVER_INVALID', broken.map(({ path, why }) => `${path}: ${why}`).join('; '), { remedy: 'Mend or remove the file on the default branch.' });
}

function placesOf({ packages }: Config): PackagePlace[] {
  return packages.map(({ path, testCommand = null }) => ({ path: path.replace(/^\.\/|\/+$/g, ''), testCommand })).filter(({ path }) => path !== '' && path !== '.');
}

/** A guardrail over code applies where a file of its languages changed or went; one over the pull request's words or its money wherever there are any. */
function appliesTo(descriptor: Descriptor, { facts, budget }: { facts: Facts; budget: unknown }): boolean {
  if (descriptor.needs.includes('budget')) return budget !== undefined;
  if (descriptor.needs.includes('history') && (facts.history?.length ?? 0) > 0) return true;
  return facts.changed.length + facts.skipped.length + facts.removed.length > 0;
}

function configOf(input: GuardrailsInput): Config {
  const text = input.config === undefined ? textOf((input.all ? { ...input.head, ...input.base } : input.base)[configPath]) ?? null : input.config;
  return text === null ? defaultConfig() : parseConfig(text);
}

function choose(input: GuardrailsInput, from: { config: Config; catalogue: Catalogue }): Chosen[] {
  const { descriptors } = from.catalogue;
  const root = packNamed(input.pack ?? from.config.pack, from.catalogue);
  const ids = input.only?.map((id) => descriptorNamed(id, descriptors).id);
  const packages = ids || input.pack !== null ? [] : from.config.packages.map(({ path, pack }) => ({ folder: path.replace(/\/*$/, '/'), pack: packNamed(pack, from.catalogue) }));
  const packOf = (path: string): PackMembers => packages.filter(({ folder }) => path.startsWith(folder)).toSorted((a, b) => b.folder.length - a.folder.length)[0]?.pack ?? root;
  const all = [root, ...packages.map((each) => each.pack)];
  const chosen = descriptors.filter(({ id }) => (ids ? ids.includes(id) : all.some((pack) => pack.members.includes(id)))).flatMap((descriptor) => inPhase(descriptor, input.phase));
  if (chosen.length === 0) throw new AssayError('USAGE_NOTHING_SELECTED', 'no guardrail was selected', { remedy: 'Name guardrails with --only, or a pack with members.' });
  return chosen.map((descriptor) => ({
    descriptor, mode: strictest(all.filter((pack) => ids || pack.members.includes(descriptor.id)).map((pack) => pack.modes[descriptor.id] ?? descriptor.mode)),
    judges: (path) => ids !== undefined || packOf(path).members.includes(descriptor.id),
  }));
}

function strictest(modes: readonly Mode[]): Mode {
  return (['enforce', 'warn', 'observe'] as const).find((mode) => modes.includes(mode)) ?? 'enforce';
}

function packNamed(name: string, { packs }: Catalogue): PackMembers {
  const found = packs.find((each) => each.name === name);
  if (found) return found;
  throw new AssayError('USAGE_PACK_UNKNOWN', `there is no pack "${name}"`, { remedy: `Use one of: ${packs.map((each) => each.name).join(', ')}.` });
}

function descriptorNamed(id: string, descriptors: readonly Descriptor[]): Descriptor {
  const found = descriptors.find((each) => each.id.toLowerCase() === id.toLowerCase());
  if (found) return found;
  throw new AssayError('USAGE_GUARDRAIL_UNKNOWN', `there is no guardrail "${id}"`, { remedy: `Use some of: ${descriptors.map((each) => each.id).join(', ')}.` });
}

/** Only the files whose language the guardrail reads, and the rest of the tree only where it asks for it. */
function factsFor({ descriptor, judges }: Chosen, facts: Facts, isFixture: (path: string) => boolean): Facts {
  const { languages, needs } = descriptor;
  // Names in fixtures are made up; a registry is not asked about them.
  const skips = (path: string) => needs.includes('packages') && isFixture(path);
  const reads = (file: { path: string }) => needs.includes('changed') && judges(file.path) && !skips(file.path) && (languages.includes('any') || languages.includes(languageOf(file.path)));
  const surroundings = needs.includes('tree') || needs.includes('sources');
  return {
    ...facts,
    changed: facts.changed.filter(reads),
    removed: facts.removed.filter(reads),
    skipped: facts.skipped.filter(reads),
    texts: surroundings ? facts.texts : {},
    paths: surroundings ? facts.paths : [],
    history: needs.includes('history') ? facts.history : null,
  };
}

function matcher(globs: readonly string[]): (path: string) => boolean {
  return globs.length === 0 ? () => false : picomatch([...globs], { dot: true });
}

/** Without the keys whose value is undefined, which exact optional properties refuse. */
function defined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** What the guardrails that these options choose need gathered beyond the changed files, so that an edge reads no more than that. */
export function wanted(input: GuardrailsInput, catalogue: Catalogue): ReadonlySet<string> {
  return new Set(choose(input, { config: configOf(input), catalogue }).flatMap(({ descriptor }) => descriptor.needs));
}
