/** G03: packages named in manifests, imports and install commands must exist, be old enough and be the ones that were meant. What cannot be asked is an error. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts, PackageAnswer, PackageQuestion } from '../../app/core/guardrail.ts';
import lists from '../../rulepacks/packages/lists.json' with { type: 'json' };
import { commandReferences } from './commands.ts';
import { type Locals, importReferences, localsOf } from './imports.ts';
import { ManifestError, manifestReferences } from './manifests.ts';
import { type Reference, canonical } from './reference.ts';
import { meantName } from './similar.ts';

type Plain = Omit<GuardFacts, 'packages'>;

const day = 86_400_000;
const { allow, deny }: { allow: readonly string[]; deny: readonly string[] } = lists;

export function asks(facts: Plain): PackageQuestion[] {
  const questions = new Map<string, PackageQuestion>();
  for (const { ecosystem, name } of references(facts).found) questions.set(keyOf(ecosystem, name), { ecosystem, name: canonical(ecosystem, name) });
  return [...questions.values()];
}

export function inspect(facts: GuardFacts): RawFinding[] {
  const answers = new Map(facts.packages.map((answer) => [keyOf(answer.ecosystem, answer.name), answer]));
  const { found, unreadable } = references(facts);
  return [...unreadable, ...found.flatMap((reference) => judge(reference, { answer: answers.get(keyOf(reference.ecosystem, reference.name)), now: facts.now }))];
}

function keyOf(ecosystem: string, name: string): string {
  return `${ecosystem}:${canonical(ecosystem as Reference['ecosystem'], name)}`;
}

/** References on changed lines; an unchanged one is not this change's doing. */
function references(facts: Plain): { found: Reference[]; unreadable: RawFinding[] } {
  const locals = localsOf(facts);
  const unreadable: RawFinding[] = [];
  const found = facts.changed.flatMap((file) => {
    try {
      return all(file, locals).filter((reference) => file.changedLines.has(reference.line));
    } catch (thrown) {
      if (!(thrown instanceof ManifestError)) throw thrown;
      unreadable.push({ code: 'MANIFEST_UNREADABLE', path: file.path, startLine: 0, endLine: 0, error: true, values: { why: thrown.message } });
      return [];
    }
  });
  return { found: found.filter((reference) => !allow.includes(keyOf(reference.ecosystem, reference.name)) && !(reference.ecosystem === 'npm' && locals.npm.has(reference.name))), unreadable };
}

function all(file: ChangedText, locals: Locals): Reference[] {
  if (/(^|\/)(node_modules|vendor)\//.test(file.path)) return [];
  return [...manifestReferences(file), ...importReferences(file, locals), ...commandReferences(file)];
}

function judge(reference: Reference, facts: { answer: PackageAnswer | undefined; now: number }): RawFinding[] {
  const { answer } = facts;
  const { ecosystem, name, path, line, where } = reference;
  const meant = meantName(ecosystem, name);
  const finding = (code: string, values: Record<string, string | number> = {}): RawFinding => ({ code, path, startLine: line, endLine: line, values: { ecosystem, name, where, ...values } });
  if (deny.includes(keyOf(ecosystem, name))) return [finding('PACKAGE_DENIED')];
  if (!answer || answer.state === 'unknown') return [{ ...finding('REGISTRY_UNREACHABLE', { why: answer?.why ?? 'it was not asked' }), error: true }];
  if (answer.state === 'missing') return [finding('PACKAGE_MISSING', { meant: meant ? `; perhaps "${meant}" was meant` : '' })];
  const days = answer.createdAt === null ? null : Math.floor((facts.now - answer.createdAt) / day);
  if (days !== null && days < lists.minimumAgeDays) return [finding('PACKAGE_TOO_YOUNG', { days, limit: lists.minimumAgeDays })];
  // Old packages with a short similar name are mostly honest neighbours (preact, react); so are numbered ones. A recent or undated one is not given that trust.
  const trusted = days !== null && days >= lists.lookalikeTrustDays && (meant === null || meant.length < 7 || /\d$/.test(name));
  return meant ? [{ ...finding('PACKAGE_LOOKALIKE', { meant }), ...(trusted ? { severity: 'info' as const } : {}) }] : [];
}
