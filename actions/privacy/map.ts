/** The data map: what personal data the project holds, why, how long, and where they go. Read strictly; what it lacks is told by entry. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import { readYaml } from '../../app/core/yaml-text.ts';

const bases = ['consent', 'contract', 'legal-obligation', 'vital-interests', 'public-task', 'legitimate-interests'] as const;
const name = z.string().trim().min(1).max(200);
const names = z.array(name).max(200).default([]);

const MapEntry = z.strictObject({
  category: name,
  fields: names,
  purpose: z.string().trim().min(3),
  basis: z.enum(bases),
  /** Looked at apart, so that its absence has a name of its own. */
  retention: z.string().trim().default(''),
  /** Where consent is recorded. */
  consent: z.string().trim().default(''),
  hosts: names,
  sinks: names,
});
export type MapEntry = z.infer<typeof MapEntry>;

const DataMap = z.strictObject({ version: z.literal(1), entries: z.array(MapEntry).max(1000) });

export interface ReadMap {
  entries: MapEntry[];
  findings: RawFinding[];
}

export function readMap(path: string, text: string): ReadMap {
  const yaml = readYaml(text);
  if ('fault' in yaml) return { entries: [], findings: [invalid(path, yaml.fault)] };
  const parsed = DataMap.safeParse(yaml.value);
  if (!parsed.success) return { entries: [], findings: [invalid(path, z.prettifyError(parsed.error))] };
  const { entries } = parsed.data;
  const twice = entries.find((entry, index) => entries.findIndex((each) => flat(each.category) === flat(entry.category)) !== index);
  if (twice) return { entries, findings: [invalid(path, `two entries are called ${twice.category}`)] };
  return { entries, findings: entries.flatMap((entry) => lacking(path, entry)) };
}

/** On the file as a whole: the map is judged whenever the change touches it or what belongs into it. */
function lacking(path: string, { category, retention, basis, consent }: MapEntry): RawFinding[] {
  const at = { path, startLine: 0, endLine: 0, values: { name: category } };
  return [
    ...(retention === '' ? [{ code: 'RETENTION_MISSING', ...at }] : []),
    ...(basis === 'consent' && consent === '' ? [{ code: 'CONSENT_MISSING', ...at }] : []),
  ];
}

function invalid(path: string, why: string): RawFinding {
  return { code: 'DATA_MAP_INVALID', path, startLine: 0, endLine: 0, values: { why: why.slice(0, 400) } };
}

/** `birth_date`, `birthDate` and `birth-date` are one name. */
export function flat(text: string): string {
  return text.replace(/[\s_-]/g, '').toLowerCase();
}

/** Every field that the entries stand for; a category is also a name of its own. */
export function fieldsOf(entries: readonly MapEntry[]): ReadonlySet<string> {
  return new Set(entries.flatMap(({ category, fields }) => [category, ...fields].map(flat)));
}

export function holdsHost(entries: readonly MapEntry[], host: string): boolean {
  return entries.some(({ hosts }) => hosts.some((each) => (each.startsWith('*.') ? host.endsWith(each.slice(1).toLowerCase()) : each.toLowerCase() === host)));
}

export function holdsSink(entries: readonly MapEntry[], sink: string): boolean {
  return entries.some(({ sinks }) => sinks.some((each) => each.toLowerCase() === sink.toLowerCase()));
}
