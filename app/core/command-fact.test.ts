import { describe, expect, it } from 'vitest';
import { commandFacts, speakers } from './command-fact.ts';
import type { CommentSnapshot } from './ports/github.ts';
import type { StoredComment } from './ports/store.ts';

const ada = { id: 1, login: 'ada', type: 'User' } as const;
const options = { ownLogin: 'assay[bot]', permissions: new Map([[1, 'write' as const]]) };

function now(body: string, more: Partial<CommentSnapshot> = {}): CommentSnapshot {
  return { id: 7, author: ada, body, createdAt: 10_000, lastEditedAt: null, viaApp: false, ...more };
}

function first(body: string, more: Partial<StoredComment> = {}): StoredComment {
  return { id: 7, subject: 'change:1#2', authorId: 1, authorLogin: 'ada', authorType: 'User', viaApp: false, body, createdAt: 10_000, receivedAt: 10_400, editedAt: null, deletedAt: null, ...more };
}

describe('a command is what was delivered first', () => {
  it.each([
    ['untouched', [now('/approve')], [first('/approve')], 'valid', 10_400],
    ['edited into another command', [now('/approve 1234567')], [first('/approve')], 'edited', 10_400],
    ['edited away', [now('sorry')], [first('/approve', { editedAt: 11_000 })], 'edited', 10_400],
    ['deleted, by webhook', [], [first('/approve', { deletedAt: 12_000 })], 'deleted', 10_400],
    ['deleted, by a webhook that was lost', [], [first('/approve')], 'deleted', 10_400],
    ['edited into a command', [now('/approve')], [first('nice', { editedAt: 11_000 })], 'edited-in', 10_400],
    ['edited into a command, by a webhook that was lost', [now('/approve')], [first('nice')], 'edited-in', 10_400],
    ['first delivered as an edit', [now('/approve')], [first('/approve', { editedAt: 10_400 })], 'edited-in', 10_400],
    ['found by the sweep, at the end of its second', [now('/approve')], [], 'valid', 10_999],
    ['found by the sweep, and edited before', [now('/approve', { lastEditedAt: 10_500 })], [], 'edited-in', 10_999],
  ] as const)('%s', (_name, snapshot, stored, state, at) => {
    expect(commandFacts([...snapshot], [...stored], options)).toMatchObject([{ comment: 7, state, at, permission: 'write', command: { name: 'approve' } }]);
  });
});

it('text without a command is none, touched or not', () => {
  expect(commandFacts([now('nice')], [first('hello')], options)).toEqual([]);
});

it('the App never commands itself, whatever it quotes; a person of that name does', () => {
  const bot = now('/approve', { author: { id: 9, login: 'assay[bot]', type: 'Bot' } });
  const person = now('/approve', { id: 8, author: { id: 10, login: 'assay', type: 'User' } });
  expect(commandFacts([bot, person], [], options).map(({ comment }) => comment)).toEqual([8]);
  expect(speakers([bot, person], [], 'assay[bot]').map(({ id }) => id)).toEqual([10]);
});

it('asks for each speaker once, and for nobody who gave no command; an unknown one may do nothing', () => {
  const others = [now('/stop', { id: 8 }), now('hello', { id: 9, author: { id: 2, login: 'bob', type: 'User' } }), now('/stop', { id: 10, author: { id: 3, login: 'eve', type: 'User' } })];
  expect(speakers([now('/approve'), ...others], [], 'assay[bot]').map(({ id }) => id)).toEqual([1, 3]);
  expect(commandFacts(others, [], options).map(({ permission }) => permission)).toEqual(['write', 'none']);
});

it('orders by time, then by comment', () => {
  const facts = commandFacts([now('/stop', { id: 9 }), now('/retry', { id: 8 }), now('/status', { id: 7, createdAt: 5_000 })], [], options);
  expect(facts.map(({ comment }) => comment)).toEqual([7, 8, 9]);
});
