/** The audit log sealed, witnessed and anchored: when it is due, on the second run, after a restart, and when somebody moved what was anchored. */
import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testClock, type TestClock } from '../../test/conformance/clock.ts';
import { storeOnDisk } from '../../test/conformance/store-on-disk.ts';
import { startWitness, type WitnessWorld } from '../../test/world/witness.ts';
import type { GitHub } from '../core/ports/github.ts';
import type { Store } from '../core/ports/store.ts';
import { parseCheckpoint } from '../core/transparency/checkpoint.ts';
import { parseNote, parseVerifierKey } from '../core/transparency/note.ts';
import { openNote, openNoteSigner } from '../edges/note.ts';
import { openSigner } from '../edges/sigstore/signer.ts';
import { openWitness } from '../edges/witness.ts';
import { auditLogText, readCheckpoint, verifyAuditLog } from '../evidence/audit-log.ts';
import type { SealContext } from '../steps/seal-audit.ts';
import { anchorAudit, createSealer, sealAudit } from './seal.ts';

const signer = openSigner({ privateKeyPem: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
const notary = openNoteSigner({ name: 'log.example/audit', privateKeyPem: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
const key = parseVerifierKey(notary.verifierKey);
const shop = { id: 7, owner: 'ada', name: 'shop', installationId: 1 };
const log = { debug() {}, info() {}, warn(fields: object) { warned.push(fields); }, error(fields: object) { warned.push(fields); } };
let warned: object[];
let store: Store;
let clock: TestClock;
let context: SealContext;

/** One ref of one repository, which only goes forward. */
function oneRef() {
  const commits = new Map<string, { message: string; parents: string[]; files: Record<string, string> }>();
  const state = { tip: null as string | null, commits, fails: false };
  const github: Pick<GitHub, 'readRef' | 'extendRef'> = {
    readRef: async () => (state.tip === null ? null : { sha: state.tip, message: commits.get(state.tip)?.message ?? 'of somebody else' }),
    async extendRef(_, { isNew, parents, files, message }) {
      if (state.fails) throw new Error('GitHub is away');
      if (isNew !== (state.tip === null) || (state.tip !== null && !parents.includes(state.tip))) throw new Error('no fast forward');
      const sha = `commit${commits.size}`;
      commits.set(sha, { message, parents, files });
      state.tip = sha;
      return { sha };
    },
  };
  return { ...state, github, state };
}

const tell = async (count: number, subject = 'change:7#1') => { await Promise.all(Array.from({ length: count }, (_, at) => store.append({ actor: '1', action: 'test', subject, detail: { at } }))); };
const seal = (entries = 1) => sealAudit(context, { entries, ms: 60_000 });
const text = async () => auditLogText(await store.auditEntries(0, 10_000));

beforeEach(async () => {
  warned = [];
  clock = testClock();
  ({ store } = await storeOnDisk(clock));
  context = { store, signer, notary, openNote, witness: null, clock, log };
});

describe('a checkpoint', () => {
  it('is made when enough entries came or enough time passed, and not again', async () => {
    expect(await seal(3)).toBe('unchanged');
    await tell(2);
    expect(await seal(3)).toBe('unchanged');
    clock.advance(60_000);
    expect([await seal(3), await seal(3)]).toEqual(['created', 'unchanged']);
    await tell(3);
    expect([await seal(3), await seal(3)]).toEqual(['created', 'unchanged']);
    expect((await store.checkpoints(0, 10)).map(({ size }) => size)).toEqual([2, 5]);
  });

  it('says what the log holds, in both of its forms, over many pages and taken up where the last one ended', async () => {
    await tell(1203);
    await seal();
    await tell(7);
    await seal();
    for (const { note, bundle, size, root } of await store.checkpoints(0, 10)) {
      const said = parseCheckpoint(openNote(note, [key]).text);
      expect(said).toMatchObject({ origin: 'log.example/audit', size });
      expect(readCheckpoint(await signer.verify(bundle))).toEqual({ size, root });
      expect(verifyAuditLog(await text(), [{ size, root: Buffer.from(said.root).toString('hex') }])).toMatchObject({ verified: true, entries: 1210 });
    }
  });

  it('is not signed over a store whose entries are not those that were recorded', async () => {
    await tell(3);
    await seal();
    await tell(2);
    const forged: SealContext['store'] = { ...store, auditEntries: async (from, limit) => (await store.auditEntries(from, limit)).map((entry) => (entry.index === 3 ? { ...entry, actor: '2' } : entry)) };
    await expect(sealAudit({ ...context, store: forged }, { entries: 1, ms: 1 })).rejects.toMatchObject({ code: 'AUDIT_STORE_ALTERED' });
    const rewritten: SealContext['store'] = { ...store, auditEntries: async (from, limit) => (await store.auditEntries(from, limit)).map((entry) => (entry.index === 2 ? { ...entry, hash: 'f'.repeat(64) } : entry)) };
    await expect(sealAudit({ ...context, store: rewritten }, { entries: 1, ms: 1 })).rejects.toMatchObject({ code: 'AUDIT_STORE_ALTERED' });
    expect(await seal()).toBe('created');
  });
});

describe('a witness', () => {
  let witness: WitnessWorld;
  beforeEach(async () => {
    witness = await startWitness();
    witness.trust(key);
    context = { ...context, witness: { ...openWitness(witness.url), key: parseVerifierKey(witness.verifierKey) } };
  });
  afterEach(() => witness.stop());

  it('signs every checkpoint after the proof that the log only grew, also those it missed in between', async () => {
    await tell(3);
    await seal();
    const away = context;
    context = { ...context, witness: { ...openWitness('http://127.0.0.1:9'), key: parseVerifierKey(witness.verifierKey) } };
    await tell(2);
    expect(await seal()).toBe('created');
    context = away;
    await tell(6);
    await seal();
    const made = await store.checkpoints(0, 10);
    expect(made.map(({ size, witnessed }) => [size, witnessed])).toEqual([[3, true], [5, false], [11, true]]);
    expect(witness.answered).toEqual([200, 200]);
    expect(openNote(made[2]!.note, [parseVerifierKey(witness.verifierKey)])).toMatchObject({ by: 'witness.example', at: expect.any(Number) });
    expect(parseNote(made[2]!.note).signatures).toHaveLength(2);
    expect(warned).toMatchObject([{ problem: { code: 'WITNESS_UNREACHABLE' } }]);
  });

  it('does not sign a log that was replaced, and that is told', async () => {
    witness.seen.set('log.example/audit', { size: 9, root: new Uint8Array(32) });
    await tell(3);
    await seal();
    expect(warned).toMatchObject([{ problem: { code: 'WITNESS_CONFLICT', message: expect.stringContaining('9 entries last') } }]);
    expect(await store.lastCheckpoint({ witnessed: true })).toBeNull();
    expect(() => openWitness('http://witness.example')).toThrow(expect.objectContaining({ code: 'CONFIG_WITNESS' }));
  });
});

describe('an anchor', () => {
  const anchor = async (github: Pick<GitHub, 'readRef' | 'extendRef'>) => anchorAudit((await store.lastCheckpoint())!, { store, github, repository: shop, openNote, own: [key], clock });

  it('is a commit after the one before, and not made twice, not even after a crash between commit and memory', async () => {
    const { github, state } = oneRef();
    await tell(1);
    await seal();
    expect([await anchor(github), await anchor(github)]).toEqual(['created', 'unchanged']);
    await tell(1);
    await seal();
    const crashing: Store = { ...store, putAnchor: () => Promise.reject(new Error('the process is dead')) };
    await expect(anchorAudit((await store.lastCheckpoint())!, { store: crashing, github, repository: shop, openNote, own: [key], clock })).rejects.toThrow('dead');
    expect(await anchor(github)).toBe('unchanged');
    expect([...state.commits.values()].map(({ parents }) => parents)).toEqual([[], ['commit0']]);
    expect(openNote(state.commits.get('commit1')!.files.checkpoint!, [key]).text).toMatch(/^log\.example\/audit\n2\n/);
    expect(await store.anchor(7)).toMatchObject({ size: 2, commit: 'commit1' });
  });

  it('that somebody moved or removed is told in the log, and the line goes on with all that was there', async () => {
    const { github, state } = oneRef();
    await tell(1);
    await seal();
    await anchor(github);
    state.tip = 'foreign';
    await tell(1);
    await seal();
    expect(await anchor(github)).toBe('updated');
    expect(state.commits.get('commit1')!.parents).toEqual(['foreign', 'commit0']);
    state.tip = null;
    await seal();
    expect(await anchor(github)).toBe('updated');
    expect(state.commits.get('commit2')!.parents).toEqual(['commit1']);
    expect((await store.auditEntries(0, 100)).filter(({ action }) => action === 'anchor.moved').map(({ detail }) => [detail.expected, detail.found])).toEqual([['commit0', 'foreign'], ['commit1', null]]);
  });
});

it('the sealer does both for the repositories that the log speaks of, and tries again what failed', async () => {
  const { github, state } = oneRef();
  await store.mark('change:7#1', shop);
  await store.mark('change:8#1', { ...shop, id: 8, name: 'quiet' });
  await tell(2);
  const asked: number[] = [];
  const quick = { now: clock.now, sleep: (_: number, signal?: AbortSignal) => pause(5, undefined, signal ? { signal } : {}).catch(() => undefined) };
  state.fails = true;
  const sealer = createSealer({ ...context, store, clock: quick, own: [key], pace: { entries: 1 }, gitHubOf: async (repository) => { asked.push(repository.id); return github; } });
  sealer.start();
  await expect.poll(() => warned.length).toBeGreaterThan(1);
  state.fails = false;
  await expect.poll(() => state.tip).toBe('commit0');
  await sealer.stop();
  expect(new Set(asked)).toEqual(new Set([7]));
  expect(await store.anchor(8)).toBeNull();
});
