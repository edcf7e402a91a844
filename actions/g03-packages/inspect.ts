/** G03: packages named in manifests, imports and install commands must exist, be old enough and be the ones that were meant. What cannot be asked is an error. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts, PackageAnswer, PackageQuestion } from '../../app/core/guardrail.ts';
import lists from '../../rulepacks/packages/lists.json' with { type: 'json' };
import { commandReferences } from './command-files.ts';
import { undeclared } from './deptry.ts';
import { importReferences } from './imports.ts';
import { type Locals, localsOf } from './locals.ts';
import { manifestReferences } from './manifests.ts';
import { ManifestError, type Reference, canonical, keyOf } from './reference.ts';
import { meantName } from './similar.ts';

type Plain = Omit<GuardFacts, 'packages'>;

const day = 86_400_000;
const allowed: readonly string[] = lists.allow;

export function asks(facts: Plain): PackageQuestion[] {
  const questions = new Map<string, PackageQuestion>();
  for (const reference of references(facts).asked) questions.set(keyOf(reference), { ecosystem: reference.ecosystem, name: canonical(reference.ecosystem, reference.name) });
  return [...questions.values()];
}

export function inspect(facts: GuardFacts): RawFinding[] {
  const { asked, unasked, unreadable, locals } = references(facts);
  const known = { answers: new Map(facts.packages.map((answer) => [keyOf(answer), answer])), now: facts.now };
  const own = [...unreadable, ...unasked.map((reference) => finding(reference, 'PACKAGE_NOT_ASKED', { severity: 'info' })), ...asked.flatMap((reference) => judge(reference, known))];
  return [...own, ...undeclared(facts, { asked, locals, own })];
}

interface References {
  asked: Reference[];
  /** Of a scope that belongs to a private registry: no public registry is told the name. */
  unasked: Reference[];
  unreadable: RawFinding[];
  locals: Locals;
}

/** References on changed lines; an unchanged one is not this change's doing. */
function references(facts: Plain): References {
  const locals = localsOf(facts);
  const unreadable: RawFinding[] = [];
  const found = facts.changed.flatMap((file) => {
    try {
      return referencesIn(file, locals).filter((reference) => file.changedLines.has(reference.line));
    } catch (thrown) {
      if (!(thrown instanceof ManifestError)) throw thrown;
      unreadable.push({ code: 'MANIFEST_UNREADABLE', path: file.path, startLine: 0, endLine: 0, error: true, values: { why: thrown.message } });
      return [];
    }
  }).filter((reference) => !allowed.includes(keyOf(reference)) && !(reference.ecosystem === 'npm' && locals.npm.members.has(reference.name)));
  const isPrivate = ({ ecosystem, name }: Reference): boolean => ecosystem === 'npm' && locals.npm.privateScopes.has(name.split('/')[0]!);
  return { asked: found.filter((each) => !isPrivate(each)), unasked: found.filter(isPrivate), unreadable, locals };
}

function referencesIn(file: ChangedText, locals: Locals): Reference[] {
  if (/(^|\/)(node_modules|vendor|site-packages)\//.test(file.path)) return [];
  return [...manifestReferences(file), ...importReferences(file, locals), ...commandReferences(file, locals.npm)];
}

function finding({ ecosystem, name, path, line, where }: Reference, code: string, more: Partial<RawFinding> = {}): RawFinding {
  return { ...more, code, path, startLine: line, endLine: line, values: { ecosystem, name, where, ...more.values } };
}

function judge(reference: Reference, { answers, now }: { answers: ReadonlyMap<string, PackageAnswer>; now: number }): RawFinding[] {
  const answer = answers.get(keyOf(reference));
  const meant = meantName(reference.ecosystem, reference.name);
  if (lists.deny.includes(keyOf(reference))) return [finding(reference, 'PACKAGE_DENIED')];
  if (!answer || answer.state === 'unknown') return [finding(reference, 'REGISTRY_UNREACHABLE', { error: true, values: { why: answer?.why ?? 'it was not asked' } })];
  if (answer.state === 'missing') return [finding(reference, 'PACKAGE_MISSING', { values: { meant: meant ? `; perhaps "${meant}" was meant` : '' } }), ...elsewhere(reference, answers)];
  if (answer.createdAt === null) return meant ? [finding(reference, 'PACKAGE_LOOKALIKE', { values: { meant } })] : [finding(reference, 'PACKAGE_AGE_UNKNOWN', { severity: 'info' })];
  const days = Math.floor((now - answer.createdAt) / day);
  // An old package with a similar name is mostly an honest neighbour (preact, react); a recent one is not given that trust.
  if (meant && days < lists.lookalikeTrustDays) return [finding(reference, 'PACKAGE_LOOKALIKE', { values: { meant } })];
  return days < lists.minimumAgeDays ? [finding(reference, 'PACKAGE_TOO_YOUNG', { severity: 'medium', values: { days, limit: lists.minimumAgeDays } })] : [];
}

/** A model often knows the name from another language: said where the change itself made that registry answer. */
function elsewhere(reference: Reference, answers: ReadonlyMap<string, PackageAnswer>): RawFinding[] {
  const others = (['npm', 'pypi', 'go'] as const).filter((ecosystem) => ecosystem !== reference.ecosystem && answers.get(keyOf({ ecosystem, name: reference.name }))?.state === 'exists');
  return others.slice(0, 1).map((other) => finding(reference, 'PACKAGE_CROSS_ECOSYSTEM', { severity: 'info', values: { other } }));
}
