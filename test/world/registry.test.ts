/** The loopback registry, asked both raw and by the product's own package lookup. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageLookup } from '../../app/edges/packages.ts';
import { startRegistry } from './registry.ts';
import type { RegistryWorld } from './registry.ts';

let registry: RegistryWorld;

beforeAll(async () => {
  registry = await startRegistry({ npm: ['left-pad', '@scope/tool', { name: 'brand-new', createdAt: '2026-11-19T00:00:00.000Z' }], pypi: ['Flask_Login'], go: ['example.com/Upper/mod'] });
});
afterAll(() => registry.stop());

test('known names exist with their first day, others are 404, and all of it is kept', async () => {
  const get = async (url: string, init: RequestInit = {}): Promise<number> => (await fetch(url, init)).status;
  expect(await get(`${registry.npmUrl}/left-pad`, { method: 'HEAD' })).toBe(200);
  expect(await get(`${registry.npmUrl}/@scope%2ftool`)).toBe(200);
  expect(await get(`${registry.npmUrl}/left-pda`)).toBe(404);
  expect(await get(`${registry.pypiUrl}/flask-login/`)).toBe(200);
  expect(await get(`${registry.url}/pypi/pypi/flask-login/json`)).toBe(200);
  expect(await get(`${registry.goUrl}/example.com/!upper/mod/@v/list`)).toBe(200);
  expect(await get(`${registry.goUrl}/example.com/upper/mod/@v/list`)).toBe(404);
  expect(registry.asked.slice(0, 3)).toEqual([
    { ecosystem: 'npm', method: 'HEAD', path: '/left-pad', status: 200 }, { ecosystem: 'npm', method: 'GET', path: '/@scope%2ftool', status: 200 }, { ecosystem: 'npm', method: 'GET', path: '/left-pda', status: 404 },
  ]);
});

test('the product tells known from invented through it', async () => {
  const lookup = packageLookup({ registries: { npm: registry.npmUrl, pypi: registry.pypiUrl, go: registry.goUrl } });
  const answers = await lookup.lookup([
    { ecosystem: 'npm', name: '@scope/tool' }, { ecosystem: 'npm', name: 'brand-new' }, { ecosystem: 'npm', name: 'invented-helper' },
    { ecosystem: 'pypi', name: 'flask.login' }, { ecosystem: 'pypi', name: 'invented' }, { ecosystem: 'go', name: 'example.com/Upper/mod/pkg' }, { ecosystem: 'go', name: 'example.com/invented' },
  ]);
  expect(answers.map((answer) => answer.state)).toEqual(['exists', 'exists', 'missing', 'exists', 'missing', 'exists', 'missing']);
  expect(answers[1]?.createdAt).toBe(Date.parse('2026-11-19T00:00:00.000Z'));
});
