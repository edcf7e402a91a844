import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nextAuditEntry } from '../core/audit.ts';
import type { AuditEntry } from '../core/ports/store.ts';
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

const lines = (entries: AuditEntry[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

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
  for (let at = 0; at < 4; at += 1) log.push(nextAuditEntry(log.at(-1) ?? null, { at, actor: 'assay', action: 'check.posted', subject: 'change:1#7', detail: { at } }));
  await put('log.jsonl', lines(log));
  await put('checkpoint.json', JSON.stringify((await signer.sign(auditCheckpointStatement({ index: 3, hash: log[3]!.hash, at: 0 }))).bundle));
});
afterAll(async () => { await rm(folder, { recursive: true }); });

describe('assay verify --log', () => {
  it('verifies a whole log, with a checkpoint and without', async () => {
    const plain = await verify('--log', 'log.jsonl');
    const checked = await verify('--log', 'log.jsonl', '--checkpoint', 'checkpoint.json', '--key', key);
    expect(plain).toMatchObject({ code: 0, stdout: expect.stringMatching(`^4 entries verified, head ${log[3]!.hash}\nWithout --checkpoint`) });
    expect(checked).toMatchObject({ code: 0, stdout: `4 entries verified, head ${log[3]!.hash}\n` });
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
