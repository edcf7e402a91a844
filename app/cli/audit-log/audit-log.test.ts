/** The audit log exported by period and by release out of a store and out of fetched files, redacted on the way or for good, and verified by somebody who has only the file and a key. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assay } from '../../../test/cli.ts';
import { testClock } from '../../../test/conformance/clock.ts';
import { testLog } from '../../../test/conformance/store-on-disk.ts';
import { openNote, openNoteSigner } from '../../edges/note.ts';
import { openSigner } from '../../edges/sigstore/signer.ts';
import { openStore } from '../../edges/store/sqlite/open.ts';
import { auditLogText } from '../../evidence/audit-log.ts';
import { sealAudit } from '../../reconcile/seal.ts';
import { commit, git, repository } from '../checkout.fixture.ts';

const notary = openNoteSigner({ name: 'log.example/audit', privateKeyPem: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
const signer = openSigner({ privateKeyPem: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
const clock = testClock(Date.UTC(2026, 10, 1));
let folder: string;
let repo: string;
let key: string;
const at = (name: string) => join(folder, name);
const day = 86_400_000;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-audit-log-'));
  repo = repository({ 'a.txt': 'a\n' });
  git(repo, 'tag', 'v1');
  mkdirSync(join(repo, 'b'));
  writeFileSync(join(repo, 'b/b.txt'), 'b\n');
  commit(repo, 'second');
  git(repo, 'tag', 'v2');
  const shas = git(repo, 'rev-list', 'HEAD').trim().split('\n');
  key = at('key');
  writeFileSync(key, `${notary.verifierKey}\n`);
  const store = await openStore({ path: at('assay.sqlite'), clock });
  const context = { store, signer, notary, openNote, witness: null, clock, log: testLog() };
  let told = 0;
  const tell = (subject: string, action: string, detail: Record<string, unknown> = {}) => store.append({ actor: '7', action, subject, detail: { login: `person ${told++}`, ...detail } });
  await tell('change:1#1', 'change.approved');
  await tell('change:1#1', 'change.merged', { mergeSha: shas[1] });
  clock.advance(2 * day);
  await sealAudit(context, { entries: 1, ms: 1 });
  writeFileSync(at('first.note'), (await store.lastCheckpoint())!.note);
  await tell('change:1#2', 'change.approved');
  await tell('intent:1#9', 'intent.done', { mergeSha: shas[0] });
  await tell('change:1#2', 'change.merged', { mergeSha: shas[0] });
  await sealAudit(context, { entries: 1, ms: 1 });
  writeFileSync(at('last.note'), (await store.lastCheckpoint())!.note);
  writeFileSync(at('log.jsonl'), auditLogText(await store.auditEntries(0, 100)));
  clock.advance(2 * day);
  await tell('change:1#3', 'change.closed');
  await store.close();
});
afterAll(() => { rmSync(folder, { recursive: true }); rmSync(repo, { recursive: true }); });

const exported = async (...args: string[]) => {
  const out = at('part.json');
  if (existsSync(out)) rmSync(out);
  const ended = await assay('audit-log', 'export', '--data', folder, '--out', out, ...args);
  if (ended.code !== 0) return { ...ended, indices: [] as number[], text: '' };
  const text = readFileSync(out, 'utf8');
  return { ...ended, indices: (JSON.parse(text) as { entries: { entry: { index: number } }[] }).entries.map(({ entry }) => entry.index), text };
};
const verified = (...args: string[]) => assay('verify', '--log', at('part.json'), '--key', key, ...args);

it('exports a period, which verifies with the key alone and against an older checkpoint', async () => {
  expect((await exported('--from', '2026-11-03', '--to', '2026-11-03')).indices).toEqual([2, 3, 4]);
  expect(await verified('--against', at('first.note'))).toMatchObject({ code: 0, stdout: expect.stringMatching(/^3 entries verified, 2 to 4, none left out[\s\S]*goes on from the checkpoint of 2 entries/) });
  const all = await exported();
  expect([all.indices, all.stderr]).toEqual([[0, 1, 2, 3, 4], expect.stringContaining('1 entries came after the last checkpoint')]);
  expect((await exported('--from', '2027-01-01')).stderr).toContain('AUDIT_EXPORT_EMPTY');
});

it('exports a release by what its commits merged, out of fetched files too', async () => {
  expect((await exported('--release', 'v2', '--repo', repo)).indices).toEqual([2, 3, 4]);
  expect((await exported('--release', 'v1', '--repo', repo)).indices).toEqual([0, 1]);
  const fetched = await assay('audit-log', 'export', '--log', at('log.jsonl'), '--checkpoint', at('last.note'), '--checkpoint', at('first.note'), '--release', 'v2', '--since', 'v1', '--repo', repo, '--out', at('part.json'));
  expect(fetched.code).toBe(0);
  expect(await verified('--against', at('first.note'))).toMatchObject({ code: 0 });
  expect((await exported('--release', 'v9', '--repo', repo)).stderr).toContain('RELEASE_UNKNOWN');
  expect((await exported('--release', '--upload-pack=x', '--repo', repo)).code).toBe(2);
});

it('leaves fields out of an export, and the rest still verifies', async () => {
  const { text } = await exported('--redact', 'login');
  expect(text).not.toContain('person');
  expect(await verified()).toMatchObject({ code: 0, stdout: expect.stringContaining('5 with redacted fields') });
});

it('exports nothing of a log that does not verify', async () => {
  writeFileSync(at('broken.jsonl'), readFileSync(at('log.jsonl'), 'utf8').replace('"actor":"7"', '"actor":"8"'));
  expect(await assay('audit-log', 'export', '--log', at('broken.jsonl'), '--checkpoint', at('last.note'))).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('AUDIT_ENTRY_ALTERED') });
  expect(await assay('audit-log', 'export', '--data', join(folder, 'none'))).toMatchObject({ code: 3, stderr: expect.stringContaining('STORE_MISSING') });
});

it('takes a field away for good, once, and the log verifies against the checkpoint of before', async () => {
  const redact = () => assay('audit-log', 'redact', '--data', folder, '--entry', '0', '--field', 'login', '--reason', 'asked for by the person');
  expect(await redact()).toMatchObject({ code: 0, stdout: expect.stringContaining('entry 0: login taken away') });
  expect(await redact()).toMatchObject({ code: 3, stderr: expect.stringContaining('AUDIT_NOTHING_REDACTED') });
  expect((await exported('--to', '2026-11-01')).text).not.toContain('person 0');
  expect(await verified('--checkpoint', at('last.note'))).toMatchObject({ code: 0, stdout: expect.stringMatching(/2 entries verified, 0 to 1[\s\S]*1 with redacted|1 with redacted/) });
});

it('is not used otherwise', async () => {
  for (const args of [[], ['export', '--from', 'yesterday'], ['export', '--from', '2026-11-01', '--release', 'v1'], ['export', '--log', at('log.jsonl')], ['export', '--since', 'v1'], ['redact', '--entry', '1'], ['redact', '--entry', 'x', '--field', 'a', '--reason', 'b']]) {
    expect(await assay('audit-log', ...args), args.join(' ')).toMatchObject({ code: 2, stderr: expect.stringContaining('assay audit-log') });
  }
});
