/** What a change does to the bill: new, gone, other versions, other licences; two equal bills differ in nothing. */
import { expect, it } from 'vitest';
import { diffBoms } from './diff.ts';
import { readSbom, type Bom } from './read.ts';

type Part = [name: string, version: string, licence?: string];

function bill(...parts: Part[]): Bom {
  const components = parts.map(([name, version, licence]) => ({ name, version, purl: `pkg:npm/${name}@${version}`, ...(licence ? { licenses: [{ license: { id: licence } }] } : {}) }));
  const bom = readSbom(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components }));
  if ('why' in bom) throw new Error(bom.why);
  return bom;
}

it('tells new, removed, changed and relicensed packages apart', () => {
  const base = bill(['%40s/aa', '1.0.0', 'MIT'], ['bb', '1.0.0', 'MIT'], ['cc', '1.0.0'], ['cc', '2.0.0'], ['gone', '1.0.0', 'ISC']);
  const head = bill(['%40s/aa', '1.1.0', 'MIT'], ['bb', '1.0.0', 'AGPL-3.0-only'], ['cc', '2.0.0'], ['new', '0.1.0', 'MIT']);
  expect(diffBoms(base, head)).toEqual({
    base: 5, head: 4, added: [{ purl: 'pkg:npm/new@0.1.0', version: '0.1.0', licence: 'MIT', scope: null }], removed: [{ purl: 'pkg:npm/gone@1.0.0', version: '1.0.0', licence: 'ISC', scope: null }],
    changed: [{ purl: 'pkg:npm/%40s/aa', from: ['1.0.0'], to: ['1.1.0'] }, { purl: 'pkg:npm/cc', from: ['1.0.0'], to: [] }],
    relicensed: [{ purl: 'pkg:npm/bb', from: 'MIT', to: 'AGPL-3.0-only' }], newLicences: ['AGPL-3.0-only'],
  });
});

it('finds nothing between equal bills in any order, and everything new where there was none', () => {
  const parts: Part[] = [['aa', '1.0.0'], ['bb', '2.0.0', 'MIT']];
  expect(diffBoms(bill(...parts), bill(...parts.toReversed()))).toMatchObject({ added: [], removed: [], changed: [], relicensed: [], newLicences: [] });
  expect(diffBoms(null, bill(...parts))).toMatchObject({ base: 0, head: 2, added: [{ purl: 'pkg:npm/aa@1.0.0' }, { purl: 'pkg:npm/bb@2.0.0' }] });
  expect(diffBoms(bill(...parts), null).removed).toHaveLength(2);
});

it('looks into components that components hold', () => {
  const nested = readSbom(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ name: 'outer', components: [{ name: 'inner', version: '1.0.0', purl: 'pkg:npm/inner@1.0.0?a=b' }] }] }));
  expect(diffBoms(null, 'why' in nested ? null : nested).added.map(({ purl }) => purl)).toEqual(['outer', 'pkg:npm/inner@1.0.0?a=b']);
});
