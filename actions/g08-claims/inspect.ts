/** G08: statements that the change adds to documents or to its own description, and whether anything shows them. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import pack from '../../rulepacks/claims/classes.json' with { type: 'json' };
import { type Holdings, holdingsOf, kindOf, shows } from './evidence.ts';
import { released } from './release.ts';
import { type Section, sectionsOf, type Sentence } from './sections.ts';

const document = /\.(md|mdx|markdown)$/i;
/** Orders to agents, decisions and histories state what is to be or was, not what the product is. */
const otherwise = /(^|\/)(AGENTS?|CLAUDE|GEMINI|SKILL|copilot-instructions|CHANGELOG|CHANGES|HISTORY|NEWS|LICENSE|CODE_OF_CONDUCT|TODO|ROADMAP)(\.[\w-]+)?\.(md|mdx|markdown)$|(^|\/)(\.claude|\.cursor|\.agents|\.changeset|decisions?|adrs?|rfcs?|proposals|node_modules|vendor|third_party|fixtures?|__fixtures__|testdata)\//i;
const isTest = /(^|\/)(tests?|__tests__|spec)\/|[._-](test|spec)\.|(^|\/)test_[^/]*\.py$|_test\.go$/;
const classes = pack.classes.map((each) => ({ ...each, pattern: new RegExp(each.pattern, 'i') }));
/** Longer ones are data that somebody wrote as a document. */
const maxLength = 200_000;
const hedges = new RegExp(pack.hedges, 'i');

export function inspect(facts: GuardFacts): RawFinding[] {
  const holdings = holdingsOf(facts.paths);
  const documents = facts.changed.filter(({ path }) => document.test(path) && !otherwise.test(path));
  return [...documents.flatMap((file) => (file.text.length > maxLength ? tooLong(file) : inDocument(file, holdings))), ...inPull(facts, holdings), ...released(facts)];
}

function tooLong({ path }: ChangedText): RawFinding[] {
  return [{ code: 'DOCUMENT_TOO_LONG', path, startLine: 0, endLine: 0, severity: 'info' }];
}

function inDocument({ path, text }: ChangedText, holdings: Holdings): RawFinding[] {
  return sectionsOf(text).flatMap((section) => [
    ...brokenIn(section, { from: path, holdings }).map(({ target, line }): RawFinding => ({ code: 'EVIDENCE_BROKEN', path, startLine: line, endLine: line, values: { target: target.slice(0, 200) } })),
    ...unbound(section, { from: path, holdings }).map(({ startLine, endLine, ...found }): RawFinding => ({ ...found, code: 'CLAIM_UNBOUND', path, startLine, endLine })),
  ]);
}

/** The pull request speaks of its own change: a test that it touches shows what is no figure. */
function inPull({ pull, changed }: GuardFacts, holdings: Holdings): RawFinding[] {
  if (pull === null) return [];
  const place = { path: '.', startLine: 0, endLine: 0 };
  const tests = changed.some(({ path }) => isTest.test(path));
  return sectionsOf(pull.body).flatMap((section): RawFinding[] => [
    ...brokenIn(section, { from: '', holdings }).map(({ target }): RawFinding => ({ ...place, code: 'EVIDENCE_BROKEN', values: { target: target.slice(0, 200) } })),
    ...unbound(section, { from: '', holdings }).filter(({ values }) => !tests || !['tested', 'support', 'verified'].includes(values.class))
      .map(({ values, severity }): RawFinding => ({ ...place, code: 'CLAIM_UNBOUND_IN_PULL', values, ...(severity ? { severity } : {}) })),
  ]);
}

type How = { from: string; holdings: Holdings };

/** A marker's path counts from the root or from the document. */
function brokenIn({ named }: Section, how: How): Section['named'] {
  return named.filter(({ target }) => kindOf(target, how) === 'broken' && kindOf(target, { ...how, from: '' }) === 'broken');
}

function unbound(section: Section, how: How): { severity?: 'info'; startLine: number; endLine: number; values: { claim: string; class: string } }[] {
  const marked = section.named.length > brokenIn(section, how).length;
  const held = [...section.links, ...section.spans].some((target) => shows(target, how)) || section.images.some((target) => target.includes('/actions/workflows/') && kindOf(target, how) === 'held');
  if (marked || held) return [];
  // A page elsewhere is a citation where it stands beside the claim; nobody can check it here.
  return section.sentences.filter(({ links }) => !links.some((target) => kindOf(target, how) === 'elsewhere')).flatMap((sentence) => claim(sentence));
}

/** At most one class a sentence, the first that fits; a wish, a condition, a rule or a question is no claim. */
function claim({ text, startLine, endLine, inTable }: Sentence): ReturnType<typeof unbound> {
  const found = classes.find((each) => !(inTable && (each.name === 'speed' || each.name === 'measure')) && each.pattern.test(text));
  if (!found || hedges.test(text)) return [];
  return [{ ...(found.block ? {} : { severity: 'info' as const }), startLine, endLine, values: { claim: text.slice(0, 160), class: found.name } }];
}
