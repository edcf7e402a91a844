/** OSV's verdict on a version: ranges, version lists, odd bounds, and an order of Python versions that agrees with PyPA's own library. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Ecosystem } from '../guardrail.ts';
import { compare, judgeVersion } from './affected.ts';
import { OsvRecord } from './record.ts';
import { gradeOf } from './severity.ts';

const names = { npm: 'npm', pypi: 'PyPI', go: 'Go' };

function record(ecosystem: Ecosystem, affected: object, more: object = {}): OsvRecord {
  return OsvRecord.parse({ id: 'X-1', modified: '2026-11-01T00:00:00Z', affected: [{ package: { ecosystem: names[ecosystem], name: 'aa' }, ...affected }], ...more });
}
const range = (...events: object[]) => ({ ranges: [{ type: 'SEMVER', events }] });
const verdict = (ecosystem: Ecosystem, affected: object, version: string) => judgeVersion(record(ecosystem, affected), { ecosystem, name: 'aa', version }).verdict;

describe('ranges', () => {
  const fixed = range({ introduced: '1.0.0' }, { fixed: '1.2.0' }, { introduced: '2.0.0-rc.1' }, { last_affected: '2.1.0' });
  it.each([
    ['0.9.9', 'unaffected'], ['1.0.0', 'affected'], ['1.2.0-beta', 'affected'], ['1.2.0', 'unaffected'], ['2.0.0-beta.9', 'unaffected'], ['2.0.0-rc.1', 'affected'], ['2.1.0', 'affected'], ['2.1.1', 'unaffected'],
    ['1.1.9+build.7', 'affected'], ['not-a-version', 'unknown'],
  ])('npm %s is %s', (version, expected) => {
    expect(verdict('npm', fixed, version)).toBe(expected);
  });

  it('does not depend on the order of events', () => {
    const events = [{ introduced: '0' }, { fixed: '1.0.0' }, { introduced: '2.0.0' }, { fixed: '2.5.0' }];
    fc.assert(fc.property(fc.shuffledSubarray(events, { minLength: 4 }), fc.tuple(fc.nat(4), fc.nat(9)), (shuffled, [major, minor]) => {
      const expected = major < 1 || (major === 2 && minor < 5) ? 'affected' : 'unaffected';
      expect(verdict('npm', range(...shuffled), `${major}.${minor}.0`)).toBe(expected);
    }));
  });

  it('takes everything from 0, knows pseudo versions of Go, and short bounds', () => {
    expect(verdict('npm', range({ introduced: '0' }), '0.0.0-alpha')).toBe('affected');
    expect(verdict('go', range({ introduced: '0' }, { fixed: '0.0.0-20200101000000-abcdef012345' }), '0.0.0-20191231000000-abcdef012345')).toBe('affected');
    expect(verdict('go', range({ introduced: '0' }, { fixed: '0.0.0-20200101000000-abcdef012345' }), '0.0.0-20200102000000-abcdef012345')).toBe('unaffected');
    expect(verdict('go', range({ introduced: '0' }, { fixed: '2.3' }), '2.2.9+incompatible')).toBe('affected');
  });

  it('orders Python versions as PEP 440 does', () => {
    const affected = { ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.10' }] }] };
    expect(['1.9', '1.10rc1', '1.10.dev0', '1.2.post1'].map((version) => verdict('pypi', affected, version))).toEqual(Array(4).fill('affected'));
    expect(['1.10', '1.10.0', '1!0.1', '1.10.post1'].map((version) => verdict('pypi', affected, version))).toEqual(Array(4).fill('unaffected'));
  });

  it('counts a listed version, and never an unordered one as clean', () => {
    expect(verdict('pypi', { versions: ['1.0', '1.1'] }, '1.0.0')).toBe('affected');
    expect(verdict('pypi', { versions: ['1.0'] }, '1.2')).toBe('unaffected');
    expect(verdict('npm', { ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] }, '1.0.0')).toBe('unknown');
    expect(verdict('npm', {}, '1.0.0')).toBe('unknown');
    expect(verdict('npm', range({ introduced: 'odd' }), '1.0.0')).toBe('unknown');
  });

  it('says the lowest fix above, and nothing of a withdrawn record or another package', () => {
    const affected = range({ introduced: '0' }, { fixed: '1.5.0' }, { introduced: '2.0.0' }, { fixed: '2.2.0' });
    expect(judgeVersion(record('npm', affected), { ecosystem: 'npm', name: 'aa', version: '2.1.0' })).toEqual({ verdict: 'affected', fixed: '2.2.0' });
    expect(judgeVersion(record('npm', affected, { withdrawn: '2026-11-02T00:00:00Z' }), { ecosystem: 'npm', name: 'aa', version: '2.1.0' }).verdict).toBe('unaffected');
    expect(judgeVersion(record('npm', affected), { ecosystem: 'npm', name: 'bb', version: '2.1.0' }).verdict).toBe('unaffected');
    expect(judgeVersion(record('npm', affected), { ecosystem: 'pypi', name: 'aa', version: '2.1.0' }).verdict).toBe('unaffected');
  });
});

describe('grades', () => {
  const graded = (more: object) => gradeOf(OsvRecord.parse({ id: 'X-1', modified: '2026-11-01T00:00:00Z', ...more }));
  it('takes the database\'s word, then the vectors, then the worse guess', () => {
    expect(graded({ database_specific: { severity: 'MODERATE' }, severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }] })).toBe('medium');
    expect(graded({ severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }] })).toBe('critical');
    expect(graded({ severity: [{ type: 'CVSS_V4', score: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N' }] })).toBe('medium');
    expect(graded({ severity: [{ type: 'CVSS_V3', score: 'nonsense' }] })).toBe('high');
    expect(graded({})).toBe('high');
    expect(graded({ id: 'MAL-2026-1' })).toBe('critical');
  });
});

const hasPackaging = (() => {
  try {
    execFileSync('python3', ['-c', 'import packaging.version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!hasPackaging)('a thousand pairs of Python versions stand in the order of PyPA\'s packaging', () => {
  const numbers = fc.array(fc.nat(12), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
  const version = fc.tuple(fc.constantFrom('', '1!'), numbers, fc.constantFrom('', 'a1', 'b2', 'rc1', '-alpha.1'), fc.constantFrom('', '.post1', '-2'), fc.constantFrom('', '.dev3'), fc.constantFrom('', '+local.1')).map((parts) => parts.join(''));
  const pairs = fc.sample(fc.tuple(version, version), { numRuns: 1000, seed: 7 });
  const script = 'import json,sys\nfrom packaging.version import Version as V\nprint(json.dumps([(V(a)>V(b))-(V(a)<V(b)) for a,b in json.load(sys.stdin)]))';
  const expected = JSON.parse(execFileSync('python3', ['-c', script], { input: JSON.stringify(pairs), encoding: 'utf8' })) as number[];
  expect(pairs.map(([a, b]) => Math.sign(compare('pypi', a, b)))).toEqual(expected);
});
