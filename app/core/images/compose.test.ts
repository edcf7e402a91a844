/** The compose file: what is generated keeps schema and policy, each way of breaking the policy is told, and what is committed is what the lock gives. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { Compose, composeBreaches, composeOf, composeText } from './compose.ts';
import { type LockedImage, parseContainersLock } from './lock.ts';
import { imagesIn } from './uses.ts';

const guard: LockedImage = { name: 'guard', image: 'docker.io/library/node:24', digest: `sha256:${'a'.repeat(64)}`, platform: 'linux/amd64', usedBy: [] };
const generated = () => composeOf({ version: 1, images: [guard] });
const file = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('a locked image gives a service that keeps the policy, and survives being written and read', () => {
  const read = Compose.parse(parse(composeText(generated())));
  expect(read).toEqual(generated());
  expect(composeBreaches(read)).toEqual([]);
  expect(read.services.guard).toMatchObject({ profiles: ['guardrails'], image: `docker.io/library/node:24@sha256:${'a'.repeat(64)}`, network_mode: 'none' });
  expect(imagesIn('deps/compose.yaml', composeText(read)).map(({ image }) => image)).toEqual([read.services.guard!.image]);
});

test('a service that nobody knows how to start is left out', () => {
  for (const name of ['other', 'constructor']) expect(composeOf({ version: 1, images: [{ ...guard, name }] }).services).toEqual({});
});

test('each breach of the policy has its sentence', () => {
  const breach = (change: object) => composeBreaches(Compose.parse({ name: 'assay', services: { guard: { ...generated().services.guard, ...change } } }));
  expect(breach({ image: 'node:24' })).toEqual(['guard: its image has no digest']);
  expect(breach({ network_mode: 'host' })).toEqual(['guard: it has a network']);
  expect(breach({ network_mode: undefined })).toEqual(['guard: it has a network']);
  expect(breach({ volumes: [{ type: 'bind', source: '..', target: '/work' }] })).toEqual(['guard: it may write']);
  expect(breach({ read_only: false })).toEqual(['guard: it may write']);
  for (const change of [{ privileged: true }, { cap_add: ['SYS_ADMIN'] }, { cap_drop: ['NET_RAW'] }]) expect(breach(change)).toEqual(['guard: it has privileges']);
  expect(breach({ volumes: [{ type: 'bind', source: '/var/run/docker.sock', target: '/s', read_only: true }] })).toEqual(['guard: it mounts a part of the machine']);
  expect(breach({ user: '0:0' })).toEqual(['guard: it may become another user']);
  expect(breach({ profiles: ['default'] })).toEqual(['guard: it is not in the profile guardrails alone']);
});

test('keys that the schema does not know are refused', () => {
  for (const change of [{ devices: ['/dev/kmsg'] }, { pid: 'host' }, { ports: ['80:80'] }, { build: '.' }]) expect(Compose.safeParse({ name: 'assay', services: { guard: { ...generated().services.guard, ...change } } }).success).toBe(false);
});

test('what is committed is what the committed lock gives, and keeps schema and policy', () => {
  const lock = parseContainersLock(file('deps/containers.lock'));
  expect(file('deps/compose.yaml')).toBe(composeText(composeOf(lock)));
  expect(composeBreaches(Compose.parse(parse(file('deps/compose.yaml'))))).toEqual([]);
  expect((lock.wanted ?? []).length === 0 || lock.note !== undefined).toBe(true);
});

test('a lock with an invented digest, an unknown key or no JSON is refused by name', () => {
  for (const text of ['{', '[]', '{"version":1,"images":[{"image":"a","digest":"sha256:abc","usedBy":[]}]}', '{"version":1,"images":[],"trust":true}']) expect(() => parseContainersLock(text)).toThrow(expect.objectContaining({ code: 'CONFIG_CONTAINERS_LOCK' }));
  expect(parseContainersLock(null)).toEqual({ version: 1, images: [] });
});
