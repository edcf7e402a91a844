/**
 * privacy: what a change adds in personal data, outbound hosts and sinks must stand in the data map of head; whether a missing entry blocks depends on base, which
 * either has a map and lives by it, or has none yet.
 */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { settingsBy } from '../../app/core/guard-settings.ts';
import { fieldsIn } from './fields.ts';
import { hostsIn } from './hosts.ts';
import { kept } from './kept.ts';
import { fieldsOf, flat, holdsHost, holdsSink, type MapEntry, readMap } from './map.ts';
import { sinksIn } from './sinks.ts';

const Settings = z.strictObject({
  map: z.string().regex(/^[\w./-]+\.ya?ml$/).default('docs/data-map.yml'),
  /** Further field names that mean personal data here. */
  names: z.array(z.string().min(2)).default([]),
});

interface How {
  facts: GuardFacts;
  entries: readonly MapEntry[];
  map: string;
  more: readonly string[];
  /** Base has a map. */
  lived: boolean;
}

export function inspect(facts: GuardFacts): RawFinding[] {
  const settings = settingsBy(Settings, facts.settings);
  if ('code' in settings) return [settings];
  const { map, names } = settings;
  const [before, after] = [facts.readBase(map), facts.read(map)];
  const read = after === null ? { entries: [], findings: [] } : readMap(map, after);
  // Of an invalid map nothing is known: one finding says so, and not one for each field.
  if (read.findings.some(({ code }) => code === 'DATA_MAP_INVALID')) return read.findings;
  const how = { facts, entries: read.entries, map, more: names.map(flat), lived: before !== null };
  const added = facts.changed.flatMap((file) => [...fields(file, how), ...sinks(file, how), ...hosts(file, how)]);
  const judged = added.length > 0 || facts.changed.some((file) => file.path === map) ? read.findings : [];
  return [...judged, ...added, ...mapOf(how, { before, gone: after === null, count: added.length })];
}

/** What became of the map itself. */
function mapOf({ facts, map, entries, more }: How, { before, gone, count }: { before: string | null; gone: boolean; count: number }): RawFinding[] {
  const at = { path: map, startLine: 0, endLine: 0 };
  if (before === null || facts.all) return gone && count > 0 ? [{ code: 'DATA_MAP_ABSENT', ...at, severity: 'info', values: { count: count === 1 ? 'one place' : `${count} places` }, remedy: `Start ${map} with \`version: 1\` and a list \`entries\`; each has category, fields, purpose, basis and retention.` }] : [];
  const removed: RawFinding[] = gone ? [{ code: 'DATA_MAP_REMOVED', ...at, values: { map } }] : [];
  return [...removed, ...kept(facts, { maps: { path: map, before: readMap(map, before).entries, after: entries }, more })];
}

function fields(file: ChangedText, { entries, map, more, lived }: How): RawFinding[] {
  const recorded = fieldsOf(entries);
  return fieldsIn(file.path, file.text, more).filter(({ name, means }) => !recorded.has(means) && !recorded.has(flat(name))).map(({ name, exact, line }) => ({
    code: 'CATEGORY_UNRECORDED', path: file.path, startLine: line, endLine: line, values: { name, map }, ...(lived && exact ? {} : { severity: 'info' as const }),
  }));
}

function sinks(file: ChangedText, { entries, map, lived, facts }: How): RawFinding[] {
  const before = new Set(file.baseText === null || facts.all ? [] : sinksIn(file.path, file.baseText));
  return sinksIn(file.path, file.text).filter((name) => !before.has(name) && !holdsSink(entries, name)).map((name) => ({
    code: 'SINK_UNRECORDED', path: file.path, ...lineOf(file.text, name), values: { name, map }, ...(lived ? {} : { severity: 'info' as const }),
  }));
}

/** A host that any text of base names is none that this change brings. */
function hosts(file: ChangedText, { facts, entries, map }: How): RawFinding[] {
  const unrecorded = hostsIn(file.path, file.text).filter(({ name }) => !holdsHost(entries, name));
  const known = facts.all ? new Set() : onBase(facts, new Set(unrecorded.map(({ name }) => name)));
  return unrecorded.filter(({ name }) => !known.has(name)).map(({ name, line }) => ({ code: 'HOST_UNRECORDED', path: file.path, startLine: line, endLine: line, severity: 'info', values: { name, map } }));
}

function onBase(facts: GuardFacts, hosts: ReadonlySet<string>): ReadonlySet<string> {
  if (hosts.size === 0) return hosts;
  const found = new Set<string>();
  for (const text of [...facts.removed.map((file) => file.baseText), ...facts.paths.map((path) => facts.readBase(path))]) {
    if (!text?.includes('//')) continue;
    const plain = text.toLowerCase();
    for (const host of hosts) if (plain.includes(`//${host}`)) found.add(host);
  }
  return found;
}

function lineOf(text: string, name: string): { startLine: number; endLine: number } {
  const line = text.split('\n').findIndex((row) => row.toLowerCase().replaceAll('_', '-').includes(name.toLowerCase())) + 1;
  return { startLine: line, endLine: line };
}
