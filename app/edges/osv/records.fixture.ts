/** OSV records for tests: one per ecosystem that every database must know, and faults of packages that nobody has. */
interface Fault { id: string; ecosystem?: string; name: string; fixed?: string; modified?: string; aliases?: string[]; severity?: string }

export function fault({ id, ecosystem = 'npm', name, fixed = '1.0.0', modified = '2026-11-19T00:00:00Z', aliases = [], severity = 'HIGH' }: Fault) {
  const type = ecosystem === 'PyPI' ? 'ECOSYSTEM' : 'SEMVER';
  return { schema_version: '1.7.0', id, modified, published: '2026-01-02T00:00:00Z', aliases, summary: `a fault of ${name}`, affected: [{ package: { ecosystem, name }, ranges: [{ type, events: [{ introduced: '0' }, { fixed }] }] }], database_specific: { severity } };
}

/** `modified`: how new the database is. */
export function canaryRecords(modified = '2026-11-19T00:00:00Z') {
  return [
    fault({ id: 'GHSA-npm', name: 'lodash', fixed: '4.17.12', modified }),
    fault({ id: 'GHSA-PyPI', ecosystem: 'PyPI', name: 'requests', fixed: '2.20.0', modified }),
    fault({ id: 'GHSA-Go', ecosystem: 'Go', name: 'golang.org/x/text', fixed: '0.3.7', modified }),
  ];
}
