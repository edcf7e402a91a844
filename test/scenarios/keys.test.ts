/**
 * The key that signs evidence lies in a key service and is rotated there: what was signed before stays believed where the audit log proves its time, a retired key signs
 * nothing more, and whoever verifies needs no word of the App's.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SigningKey } from '../../app/core/ports/signing-key.ts';
import { canonicalJson } from '../../app/core/digest.ts';
import { transitKey } from '../../app/edges/keys/transit.ts';
import { signerWith } from '../../app/edges/sigstore/signer.ts';
import { introduce } from '../../app/cli/notary.ts';
import { assay } from '../cli.ts';
import { testClock } from '../conformance/clock.ts';
import { storeOnDisk } from '../conformance/store-on-disk.ts';
import { startVault, type Vault } from '../world/vault.ts';
import { openWorld, type World } from '../world/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-keys-'));
const at = (name: string) => join(folder, name);
let vault: Vault;
let world: World;
let retired: SigningKey;
let pull: number;

const page = () => `${world.assay.url}/changes/${world.repositoryId}/${pull}`;
const open = () => transitKey({ url: vault.url, mount: 'transit', key: 'assay', token: vault.token });
const verify = (pack: string, ...more: string[]) => assay('verify', at(pack), '--keys', at('keys.json'), ...more);
const times = () => ['--times', at('log.json'), '--times-key', at('audit-key')];

beforeAll(async () => {
  vault = await startVault();
  retired = await open();
  world = await openWorld({ key: open, audit: { origin: 'log.example/audit', pace: { entries: 1 }, everyMs: 50, anchor: false, witness: null, stream: null, source: { service: 'assay', env: 'test', version: '0' } } });
  const change = await world.grace.proposes({ branch: 'notes', files: { 'README.md': '# Shop 2\n' } });
  pull = change.number;
  await world.settled();
  await world.founder.comments(pull, await world.approveLine(pull));
  await world.settled();
  writeFileSync(at('first.pem'), await (await fetch(`${world.assay.url}/key.pem`)).text());
  await assay('pack', page(), '--out', at('before'));
  await world.restart(async () => { vault.rotate(); world.clock.advance(60_000); });
  writeFileSync(at('second.pem'), await (await fetch(`${world.assay.url}/key.pem`)).text());
  await assay('pack', page(), '--out', at('after'));
  writeFileSync(at('audit-key'), await (await fetch(`${world.assay.url}/audit-key`)).text());
  await vi.waitFor(async () => { expect((await world.assay.store.lastCheckpoint())?.size).toBe((await world.assay.store.auditEntries(0, 1000)).length); }, { timeout: 20_000 });
  expect(await assay('audit-log', 'export', '--data', world.dataDir, '--out', at('log.json'))).toMatchObject({ code: 0 });
  expect(await assay('keys', 'list', '--data', world.dataDir, '--out', at('keys.json'))).toMatchObject({ code: 0, stderr: expect.stringMatching(/until \d{4}-.*\n.*until now\n$/) });
}, 120_000);
afterAll(async () => { await world.close(); await vault.close(); rmSync(folder, { recursive: true }); });

it('lists both keys, the second from when the first was retired, on the command line as on the pages', async () => {
  expect(await (await fetch(`${world.assay.url}/keys.json`)).text()).toBe(readFileSync(at('keys.json'), 'utf8'));
  const { keys } = JSON.parse(readFileSync(at('keys.json'), 'utf8')) as { keys: { publicKeyPem: string; from: string; until: string | null }[] };
  expect(keys.map(({ publicKeyPem }) => publicKeyPem)).toEqual([readFileSync(at('first.pem'), 'utf8'), readFileSync(at('second.pem'), 'utf8')]);
  expect([keys[0]!.until, keys[1]!.until]).toEqual([keys[1]!.from, null]);
});

it('a pack that the App gives after the rotation verifies where the audit log proves when its parts were signed', async () => {
  expect(await verify('after', ...times())).toMatchObject({ code: 0, stdout: expect.stringMatching(/approved .*\nmanifest [0-9a-f]{64} of [0-9a-f]{40} verified: pass/) });
  expect(await assay('replay', at('after'), '--keys', at('keys.json'), ...times())).toMatchObject({ code: 0 });
  // Twice, as it changes nothing.
  expect((await verify('after', ...times())).code).toBe(0);
});

it('without a proof of its time a signature of the retired key is refused, by the list and by either key alone', async () => {
  expect(await verify('after')).toMatchObject({ code: 3, stdout: expect.stringContaining('EVIDENCE_KEY_RETIRED manifest.sigstore.json') });
  for (const key of ['first.pem', 'second.pem']) expect(await assay('verify', at('after'), '--key', at(key))).toMatchObject({ code: 3, stdout: expect.stringContaining('EVIDENCE_KEY_UNKNOWN') });
  // The list of its files was signed before the rotation and no log names it: the App gives the pack again.
  expect(await verify('before', ...times())).toMatchObject({ code: 3, stdout: expect.stringContaining('EVIDENCE_KEY_RETIRED contents.sigstore.json') });
  expect((await assay('verify', at('before'), '--key', at('first.pem'))).code).toBe(0);
});

it('what a thief signs with the retired key afterwards is refused, whatever time he writes into it', async () => {
  const forged = at('forged');
  await assay('pack', page(), '--out', forged);
  const name = 'approval.sigstore.json';
  const payload = Buffer.from((JSON.parse(readFileSync(join(forged, name), 'utf8')) as { dsseEnvelope: { payload: string } }).dsseEnvelope.payload, 'base64').toString('utf8');
  const statement = JSON.parse(payload.replace('"class":"independent"', '"class":"self-attested"')) as Parameters<ReturnType<typeof signerWith>['sign']>[0];
  writeFileSync(join(forged, name), canonicalJson((await signerWith(retired).sign(statement)).bundle));
  expect(await verify('forged', ...times())).toMatchObject({ code: 3, stdout: expect.stringContaining('EVIDENCE_KEY_RETIRED') });
});

it('a retired key does not come back: the App that is given it does not start', async () => {
  const { store } = await storeOnDisk(testClock());
  const starts = (key: SigningKey) => introduce(store, { policy: 'p', tools: 't', evidenceKey: key.publicKeyPem, auditKey: null });
  await starts(retired);
  await starts(retired);
  await starts(await open());
  await starts(await open());
  await expect(starts(retired)).rejects.toMatchObject({ code: 'CONFIG_KEY_RETIRED' });
});

describe('a key in the data folder', () => {
  it('is rotated by a command, its private part gone, and wrong use exits 2', async () => {
    const data = mkdtempSync(join(folder, 'data-'));
    expect(await assay('keys', 'rotate', '--data', data)).toMatchObject({ code: 3, stderr: expect.stringContaining('EVIDENCE_KEY_MISSING') });
    const { signingKey } = await import('../../app/edges/signing-key.ts');
    const before = await signingKey(data);
    expect(await assay('keys', 'rotate', '--data', data)).toMatchObject({ code: 0, stdout: expect.stringContaining('Restart the App') });
    const after = await signingKey(data);
    expect(after).not.toBe(before);
    expect((await assay('keys', 'list', '--data', data)).code).toBe(3);
    for (const args of [['keys'], ['keys', 'burn'], ['keys', 'list', 'x'], ['verify', at('after'), '--keys', at('keys.json'), '--times', at('log.json')], ['verify', at('after'), '--keys', at('keys.json'), '--key', at('first.pem')], ['verify', at('after')]]) expect((await assay(...args)).code, args.join(' ')).toBe(2);
  });
});
