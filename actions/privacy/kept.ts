/** What became of the entries that base had: one may go only when the data, hosts and sinks it stood for have gone too; one that changed is shown. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { fieldsIn } from './fields.ts';
import { hostsIn } from './hosts.ts';
import { fieldsOf, holdsHost, holdsSink, type MapEntry } from './map.ts';
import { sinksIn } from './sinks.ts';

export interface Maps {
  path: string;
  before: readonly MapEntry[];
  after: readonly MapEntry[];
}

export function kept(facts: GuardFacts, { maps, more }: { maps: Maps; more: readonly string[] }): RawFinding[] {
  const { before, after, path } = maps;
  const at = { path, startLine: 0, endLine: 0 };
  const stillThere = memo(() => inCode(facts, more));
  return before.flatMap((entry): RawFinding[] => {
    const lost = lostOf(entry, after);
    const what = lost.length === 0 ? [] : lost.filter((each) => stillThere().has(each));
    if (what.length > 0) return [{ code: 'ENTRY_REMOVED', ...at, values: { name: entry.category, what: what.join(', ').slice(0, 200) } }];
    const now = after.find((each) => each.category === entry.category);
    const altered = now ? alteredKeys(entry, now) : '';
    return altered === '' ? [] : [{ code: 'ENTRY_CHANGED', ...at, severity: 'info', values: { name: entry.category, what: altered } }];
  });
}

/** What the entry stood for and no entry stands for now. */
function lostOf(entry: MapEntry, after: readonly MapEntry[]): string[] {
  const fields = fieldsOf(after);
  return [
    ...[...fieldsOf([entry])].filter((each) => !fields.has(each)),
    ...entry.hosts.map((each) => each.toLowerCase()).filter((each) => !holdsHost(after, each)),
    ...entry.sinks.filter((each) => !holdsSink(after, each)),
  ];
}

function inCode(facts: GuardFacts, more: readonly string[]): ReadonlySet<string> {
  return new Set(facts.paths.flatMap((path) => {
    const text = facts.read(path);
    return text === null ? [] : [...fieldsIn(path, text, more).map(({ means }) => means), ...hostsIn(path, text).map(({ name }) => name), ...sinksIn(path, text)];
  }));
}

function alteredKeys(before: MapEntry, now: MapEntry): string {
  const keys = ['purpose', 'basis', 'retention', 'consent'] as const;
  return keys.filter((key) => before[key] !== now[key]).map((key) => `${key} was “${before[key].slice(0, 80)}”, is “${now[key].slice(0, 80)}”`).join('; ');
}

function memo<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
