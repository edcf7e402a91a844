/** What the change does to public names: which it leaves without a word, and whether the changelog speaks of those that came or went. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { isPublic } from './public.ts';
import { defaultCoverage, type Settings } from './settings.ts';
import { type PublicName, symbolsIn } from './symbols.ts';

/** Fewer touched names are no share worth a percentage. */
const fewest = 5;

export function interfaceFindings(facts: GuardFacts, settings: Settings): RawFinding[] {
  const judged = isPublic(facts, settings);
  const files = facts.changed.filter(({ path }) => judged(path));
  const touched = files.flatMap((file) => symbolsIn(file.path, file.text).filter((symbol) => isTouched(symbol, file)).map((symbol) => ({ ...symbol, path: file.path })));
  const bare = touched.filter(({ documented }) => !documented);
  return [
    ...bare.map(({ name, path, startLine }): RawFinding => ({ code: 'UNDOCUMENTED', path, startLine, endLine: startLine, severity: 'info', values: { name } })),
    ...coverage({ total: touched.length, documented: touched.length - bare.length }, settings), ...changelog(files, { facts, settings }), ...ruffSays(facts, judged),
  ];
}

function isTouched({ startLine, endLine }: PublicName, file: ChangedText): boolean {
  for (let line = startLine; line <= endLine; line += 1) if (file.changedLines.has(line)) return true;
  return false;
}

function coverage({ total, documented }: { total: number; documented: number }, settings: Settings): RawFinding[] {
  const limit = settings.coverage ?? defaultCoverage;
  if (total < fewest || documented * 100 >= limit * total) return [];
  // Rounded down, so that 79.9 % is not shown as the 80 % that it misses.
  const values = { documented, total, limit, share: Math.floor((documented * 100) / total) };
  return [{ code: 'DOC_COVERAGE', path: '.', startLine: 0, endLine: 0, values, ...(settings.coverage === undefined ? { severity: 'info' as const } : {}) }];
}

const changelogs = /(^|\/)(CHANGELOG|CHANGES|HISTORY|NEWS)(\.(md|rst|txt))?$/i;
const entries = /^(\.changeset|changes|changelog\.d|newsfragments|\.changes)\/|(^|\/)(CHANGELOG|CHANGES|HISTORY|NEWS)(\.(md|rst|txt))?$/i;

function changelog(files: readonly ChangedText[], { facts, settings }: { facts: GuardFacts; settings: Settings }): RawFinding[] {
  const log = facts.paths.find((path) => changelogs.test(path) && !path.includes('node_modules/') && facts.readBase(path) !== null);
  if (facts.all || !log || facts.changed.some(({ path }) => entries.test(path))) return [];
  const changes = files.flatMap((file) => {
    const [before, after] = [namesIn(file.path, file.baseText ?? ''), namesIn(file.path, file.text)];
    return [...[...after].filter((name) => !before.has(name)).map((name) => `+${name}`), ...[...before].filter((name) => !after.has(name)).map((name) => `−${name}`)];
  });
  if (changes.length === 0) return [];
  return [{ code: 'CHANGELOG_SILENT', path: files[0]!.path, startLine: 0, endLine: 0, values: { names: changes.slice(0, 8).join(' '), changelog: log }, ...(settings.changelog === 'required' ? {} : { severity: 'info' as const }) }];
}

function namesIn(path: string, text: string): ReadonlySet<string> {
  return new Set(symbolsIn(path, text).map(({ name }) => name));
}

/** ruff under our code and at our place, so that both engines' word is one finding; docstrings of whole modules are not asked for. */
function ruffSays({ tools }: GuardFacts, judged: (path: string) => boolean): RawFinding[] {
  return (tools.ruff?.findings ?? []).filter(({ rule, path }) => /^D(10[123]|419)$/.test(rule) && judged(path)).map(({ path, startLine, message }) => ({
    code: 'UNDOCUMENTED', path, startLine, endLine: startLine, severity: 'info', values: { name: message.slice(0, 120) },
  }));
}
