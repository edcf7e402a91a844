import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nextAuditEntry } from '../core/audit.ts';
import type { AuditEntry } from '../core/ports/store.ts';
import { checkpointText } from '../core/transparency/checkpoint.ts';
import { openNoteSigner } from '../edges/note.ts';
import { auditExport } from '../evidence/audit-export.ts';
import { auditLogText, verifyAuditLog } from '../evidence/audit-log.ts';
import { statementDigest } from '../core/statement.ts';
import { openSigner } from '../edges/sigstore/signer.ts';
import { signingKey } from '../edges/signing-key.ts';
import { buildManifest } from '../evidence/manifest.ts';
import { packFiles } from '../evidence/pack.ts';
import { auditCheckpointStatement, verdictStatement } from '../evidence/statements.ts';
import type { Outcome } from '../core/verdict.ts';
import { assay, type Ended } from '../../test/cli.ts';

let folder: string;
let key: string;
let log: AuditEntry[];

const verify = (...args: string[]): Promise<Ended> => assay('verify', ...args.map((arg) => (/^[a-z.]+$/.test(arg) && arg.includes('.') ? join(folder, arg) : arg)));

async function put(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

const lines = auditLogText;
const notary = openNoteSigner({ name: 'log.example/audit', privateKeyPem: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
const rootOf = (size: number): string => verifyAuditLog(lines(log.slice(0, size))).head!.root;
const noteOf = (size: number, by = notary): string => by.sign(checkpointText({ origin: 'log.example/audit', size, root: Buffer.from(rootOf(size), 'hex') }));

async function putPack(name: string, outcome: Outcome): Promise<string> {
  const signer = openSigner({ privateKeyPem: await signingKey(join(folder, 'data')) });
  const statement = verdictStatement({ subject: { resource: 'git+https://example.test/o/r', headSha: 'a'.repeat(40) }, slot: 'guardrails', outcome, verifier: 'https://example.test', policyDigest: 'b'.repeat(64), inputs: [], at: 0 });
  const manifest = buildManifest({
    change: 'git+https://example.test/o/r', headSha: 'a'.repeat(40), mergeBase: 'c'.repeat(40), specDigest: null, policyDigest: 'b'.repeat(64), toolsDigest: 'd'.repeat(64),
    verdicts: [{ slot: 'guardrails', outcome, digest: statementDigest(statement), statement }],
  });
  const files = packFiles(await signer.sign(manifest), [await signer.sign(statement)]);
  await Promise.all(Object.entries(files).map(([file, text]) => put(join(name, file), text)));
  return join(folder, name);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-verify-'));
  const signer = openSigner({ privateKeyPem: await signingKey(join(folder, 'data')) });
  key = await put('key.pem', signer.publicKeyPem);
  log = [];
  for (let at = 0; at < 4; at += 1) log.push(nextAuditEntry(log.at(-1) ?? null, { at, actor: 'assay', action: 'check.posted', subject: 'change:1#7', detail: { at, who: `person ${at}` } }, () => randomBytes(16).toString('hex')));
  await put('log.jsonl', lines(log));
  await put('checkpoint.json', JSON.stringify((await signer.sign(auditCheckpointStatement({ origin: 'log.example/audit', size: 4, root: rootOf(4), head: log[3]!.hash, at: 0 }))).bundle));
});
afterAll(async () => { await rm(folder, { recursive: true }); });

describe('assay verify --log', () => {
  it('verifies a whole log, with a checkpoint and without', async () => {
    const plain = await verify('--log', 'log.jsonl');
    const checked = await verify('--log', 'log.jsonl', '--checkpoint', 'checkpoint.json', '--key', key);
    expect(plain).toMatchObject({ code: 0, stdout: expect.stringMatching(`^4 entries verified, head ${log[3]!.hash}\nroot ${rootOf(4)}\nWithout --checkpoint`) });
    expect(checked).toMatchObject({ code: 0, stdout: `4 entries verified, head ${log[3]!.hash}\nroot ${rootOf(4)}\nthe checkpoint of 4 entries holds: ${rootOf(4)}\n` });
  });

  it('exits 1 and names the break', async () => {
    await put('altered.jsonl', lines(log).replace('"at":2', '"at":5'));
    await put('cut.jsonl', lines(log.slice(0, 3)));
    const altered = await verify('--log', 'altered.jsonl');
    const cut = await verify('--log', 'cut.jsonl', '--checkpoint', 'checkpoint.json', '--key', key);
    expect(altered).toMatchObject({ code: 1, stdout: expect.stringMatching(/^AUDIT_ENTRY_ALTERED at entry 2: .*not verified\n$/s) });
    expect(cut).toMatchObject({ code: 1, stdout: expect.stringMatching(/^AUDIT_TRUNCATED at entry 3: /) });
  });
});

describe('assay verify --log with signed notes and exported parts', () => {
  it('holds a log against the checkpoint it is shown and the one that was kept', async () => {
    const [vkey, now, kept] = [await put('audit-key', `${notary.verifierKey}\n`), await put('now.note', noteOf(4)), await put('kept.note', noteOf(2))];
    expect(await verify('--log', 'log.jsonl', '--checkpoint', now, '--against', kept, '--key', vkey)).toMatchObject({ code: 0, stdout: expect.stringContaining('the checkpoint of 2 entries holds') });
    await put('cut.jsonl', lines(log.slice(0, 1)));
    expect(await verify('--log', 'cut.jsonl', '--against', kept, '--key', vkey)).toMatchObject({ code: 1, stdout: expect.stringContaining('AUDIT_TRUNCATED') });
    const other = openNoteSigner({ name: 'log.example/audit', privateKeyPem: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
    expect(await verify('--log', 'log.jsonl', '--checkpoint', await put('foreign.note', noteOf(4, other)), '--key', vkey)).toMatchObject({ code: 3, stderr: expect.stringContaining('NOTE_KEY_UNKNOWN') });
  });

  it('verifies an exported part, redacted, and only against checkpoints that it proves', async () => {
    const vkey = await put('audit-key', `${notary.verifierKey}\n`);
    const part = await put('part.json', auditExport({ log, chosen: [1, 3], checkpoint: { note: noteOf(4), size: 4 }, earlier: [{ note: noteOf(3), size: 3 }], redact: ['who'] }));
    const told = await verify('--log', part, '--key', vkey, '--against', await put('kept.note', noteOf(3)));
    expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(/^2 entries verified, 1 to 3, a choice: others lie between them, 2 with redacted fields\nin the log of 4 entries/) });
    expect(await verify('--log', part, '--key', vkey, '--against', await put('kept.note', noteOf(2)))).toMatchObject({ code: 1, stdout: expect.stringContaining('AUDIT_NOT_CONSISTENT') });
    expect(await verify('--log', part)).toMatchObject({ code: 2, stderr: expect.stringContaining('--key') });
  });
});

describe('assay verify PACK', () => {
  it('verifies a pack with the key given, and exits by its verdict', async () => {
    const [passed, failed] = await Promise.all([putPack('pass', 'pass'), putPack('fail', 'fail')]);
    const ended = [await verify(passed, '--key', key), await verify(failed, '--key', key)];
    expect(ended.map(({ code }) => code)).toEqual([0, 1]);
    expect(ended[0]!.stdout).toMatch(/^pass +guardrails [0-9a-f]{64}\nmanifest [0-9a-f]{64} of a{40} verified: pass\n$/);
  });

  it('exits 3 on a pack that is not genuine', async () => {
    const [linked, foreign] = await Promise.all([putPack('linked', 'pass'), putPack('foreign', 'pass')]);
    await symlink('/etc/hostname', join(linked, 'statements/link.json'));
    const other = await put('other.pem', openSigner({ privateKeyPem: await signingKey(join(folder, 'other')) }).publicKeyPem);
    const ended = [await verify(linked, '--key', key), await verify(foreign, '--key', other)];
    expect(ended.map(({ code }) => code)).toEqual([3, 3]);
    expect(ended[0]!.stdout).toMatch(/^EVIDENCE_FOREIGN statements\/link\.json/);
    expect(ended[1]!.stdout).toMatch(/^EVIDENCE_KEY_UNKNOWN manifest\.sigstore\.json/);
  });
});

describe('wrong use', () => {
  it('exits 2 and says how', async () => {
    const uses = [[], ['--log', 'absent'], ['pack'], ['absent', '--key', key], ['one', 'two'], ['--log', 'log.jsonl', '--checkpoint', 'checkpoint.json'], ['--frob']];
    for (const args of uses) expect(await verify(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^assay: USAGE: .+\n {2}remedy: .*assay verify/) });
  });
});
