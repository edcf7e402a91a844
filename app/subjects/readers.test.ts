/** Where the code of a repository may be read: by policy, from the configuration and what the App was told of its vendors. */
import { beforeAll, expect, it } from 'vitest';
import { parseConfig } from '../core/config.ts';
import type { Policy } from '../core/ports/policy.ts';
import { openPolicy } from '../edges/policy.ts';
import { readersOf } from './readers.ts';

let policy: Policy;
beforeAll(async () => { policy = await openPolicy(); });

const families = ['anthropic', 'openai', 'google'] as const;
const regions = { anthropic: 'us', openai: 'eu-west-1' };
const readers = (text: string) => readersOf(parseConfig(`version: 1\n${text}`), { families, regions, policy, now: 1 });

it('are all where the configuration does not say where the code belongs', async () => {
  expect(await readers('')).toEqual([...families]);
});

it('are those in its zone; one that nobody knows the place of is none of them', async () => {
  expect(await readers('residency: {home: eu}\n')).toEqual(['openai']);
  expect(await readers('residency: {home: us}\n')).toEqual(['anthropic']);
});

it('are those of the very region for what is restricted, and nobody for a home that policy does not know', async () => {
  expect(await readers('residency: {home: eu, class: restricted}\n')).toEqual([]);
  expect(await readers('residency: {home: eu-west-1, class: restricted}\n')).toEqual(['openai']);
  expect(await readers('residency: {home: atlantis, class: non_sensitive}\n')).toEqual([]);
});

it('is a class that policy knows, or the configuration is broken', () => {
  expect(() => parseConfig('version: 1\nresidency: {home: eu, class: secret}\n')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
