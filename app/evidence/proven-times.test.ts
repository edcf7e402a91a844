import { expect, it } from 'vitest';
import { sha256 } from '../core/digest.ts';
import type { AuditEntry } from '../core/ports/store.ts';
import { provenTimes } from './proven-times.ts';

const entry = (at: number, detail: Record<string, unknown>): AuditEntry => ({ version: 2, index: 0, at, actor: '1', action: 'a', subject: 's', detail, previous: '', hash: '' });
const payload = (text: string) => Buffer.from(text);

it('what the log names was there then, and so was what that names; the earliest time counts', () => {
  const leaf = payload('the leaf');
  const middle = payload(`{"names":"${sha256(leaf)}"}`);
  const top = payload(`{"names":["${sha256(middle)}"]}`);
  const times = provenTimes([entry(20, { manifest: sha256(top) }), entry(10, { deep: { manifest: sha256(middle) } })], [leaf, top, middle]);
  expect([top, middle, leaf].map((each) => times.get(sha256(each)))).toEqual([20, 10, 10]);
});

it('nothing has a time that nobody names, and things that name each other get none from that', () => {
  const other = payload(`{"names":"${'a'.repeat(64)}"}`);
  expect(provenTimes([entry(1, { note: `${'a'.repeat(64)}0` })], [other]).size).toBe(0);
});
