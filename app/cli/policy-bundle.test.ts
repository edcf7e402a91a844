/** A policy's way to production: signed for dev, tested and compared at each step, refused where a byte, a stage, a key or a test is not right. */
import { generateKeyPairSync } from 'node:crypto';
import { appendFile, copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPolicy } from '../../policies/build.ts';
import { readFixtures } from '../../policies/cases.ts';
import { assay } from '../../test/cli.ts';
import { describeWith, need } from '../../test/tools.ts';
import { openPolicy } from '../edges/policy.ts';
import { digestsOf, metadataOf, promotedPolicy, readPolicyFiles, writePolicyBundle } from '../edges/policy-bundle.ts';
import { openSigner } from '../edges/sigstore/signer.ts';
import { policyBundleStatement } from '../core/policy-bundle.ts';
import { sha256 } from '../core/digest.ts';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-policy-bundle-'));
  for (const name of ['ours', 'theirs']) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    await writeFile(at(`${name}.pem`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(at(`${name}.pub`), publicKey.export({ type: 'spki', format: 'pem' }));
  }
  expect(await assay('policy', 'bundle', '--key', at('ours.pem'), '--out', at('bundle'))).toMatchObject({ code: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

const promote = (where: string, to: string, ...more: string[]) => assay('policy', 'promote', where, '--to', to, '--key', at('ours.pem'), ...more);
const verify = (where: string, stage: string, key = 'ours') => assay('policy', 'verify', where, '--stage', stage, '--trust', at(`${key}.pub`));

describe('a bundle', () => {
  it('goes from dev to staging to prod, never past a stage, and is at one stage at a time', async () => {
    expect(await verify(at('bundle'), 'dev')).toMatchObject({ code: 0, stdout: expect.stringContaining('"stage": "dev"') });
    expect(await promote(at('bundle'), 'prod')).toMatchObject({ code: 3, stderr: expect.stringContaining('POLICY_STAGE') });
    expect(await promote(at('bundle'), 'staging')).toMatchObject({ code: 0 });
    expect(await promote(at('bundle'), 'staging')).toMatchObject({ code: 3, stderr: expect.stringContaining('POLICY_STAGE') });
    expect(await promote(at('bundle'), 'prod')).toMatchObject({ code: 0 });
    const inProd = await verify(at('bundle'), 'prod');
    expect(inProd.code).toBe(0);
    expect(JSON.parse(inProd.stdout)).toMatchObject({ stage: 'prod', weakening: [], accepted: null, previous: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await verify(at('bundle'), 'staging')).toMatchObject({ code: 3, stderr: expect.stringContaining('POLICY_STAGE') });
    const policy = await promotedPolicy({ folder: at('bundle'), keyFile: at('ours.pub') });
    expect(policy.digest).toBe((await openPolicy()).digest);
    await expect(promotedPolicy({ folder: at('bundle'), keyFile: at('theirs.pub') })).rejects.toMatchObject({ code: expect.stringMatching(/^EVIDENCE_/) });
  });

  it('is refused with another key, with a changed file and with a missing one', async () => {
    expect(await verify(at('bundle'), 'prod', 'theirs')).toMatchObject({ code: 3, stderr: expect.stringContaining('EVIDENCE_') });
    for (const name of ['assay.wasm', 'assay.wasm.json', 'metadata.yaml']) {
      await cp(at('bundle'), at(`changed ${name}`), { recursive: true });
      await appendFile(join(at(`changed ${name}`), name), ' ');
      expect(await verify(at(`changed ${name}`), 'prod')).toMatchObject({ code: 3, stderr: expect.stringContaining('POLICY_BUNDLE') });
    }
    await rm(join(at('changed assay.wasm'), 'assay.wasm'));
    expect(await verify(at('changed assay.wasm'), 'prod')).toMatchObject({ code: 3, stderr: expect.stringContaining('POLICY_BUNDLE') });
  });

  it('is asked for rightly, or the exit code is 2', async () => {
    const wrong = [['bundle'], ['promote', at('bundle')], ['verify', at('bundle'), '--stage', 'test', '--trust', at('ours.pub')], ['what-if'], ['replay', '--facts', at('absent')], ['frob']];
    for (const args of wrong) expect((await assay('policy', ...args)).code, args.join(' ')).toBe(2);
  });
});

describe('the past', () => {
  let log: string;

  beforeAll(async () => {
    log = at('log.jsonl');
    const [policy, fixtures] = await Promise.all([openPolicy(), readFixtures()]);
    const facts = await Promise.all(fixtures.slice(0, 5).map(async ({ package: pack, input }) => ({ package: pack, input, decision: await policy.decide(pack, input), policy: policy.digest })));
    await writeFile(log, [{ action: 'change.merged', detail: {} }, ...facts.map((detail) => ({ action: 'policy.decided', subject: 'change:1#7', detail }))].map((line) => `${JSON.stringify(line)}\n`).join(''));
  });

  it('is decided again as it was', async () => {
    expect(await assay('policy', 'replay', '--facts', log)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^5 of 5 decisions are the same/) });
  });

  it('shows a decision that was not this policy\'s', async () => {
    const forged = at('forged.jsonl');
    await writeFile(forged, (await readFile(log, 'utf8')).replace('"decision":{"allow":true', '"decision":{"allow":false'));
    expect(await assay('policy', 'replay', '--facts', forged)).toMatchObject({ code: 1, stdout: expect.stringContaining('4 of 5') });
  });

  it('is no past without a decision, and no log with half a line', async () => {
    const odd = at('odd.jsonl');
    await writeFile(odd, '{"action":"change.merged","detail":{}}\n');
    expect(await assay('policy', 'replay', '--facts', odd)).toMatchObject({ code: 2 });
    await writeFile(odd, '{"action":');
    expect(await assay('policy', 'replay', '--facts', odd)).toMatchObject({ code: 3, stderr: expect.stringContaining('POLICY_FACTS') });
  });
});

describeWith(['opa'], 'another policy', () => {
  const opa = need('opa').path ?? '';

  /** The shipped policies with one line of one source changed, compiled. */
  async function weaker(name: string, change: (source: string) => string): Promise<string> {
    const sources = at(`${name} sources`);
    await cp(join(import.meta.dirname, '../../policies'), sources, { recursive: true, filter: (path) => !path.includes('.test.') });
    await writeFile(join(sources, 'finops.rego'), change(await readFile(join(sources, 'finops.rego'), 'utf8')));
    const { wasm, manifest } = await buildPolicy(opa, sources);
    await writeFile(join(sources, 'assay.wasm'), wasm);
    await writeFile(join(sources, 'assay.wasm.json'), JSON.stringify({ ...manifest, sha256: sha256(wasm) }));
    return sources;
  }

  it('that lets more through is called weakening, by the case and by what gets through', async () => {
    const place = await weaker('dearer', (source) => source.replace('week_total > input.limits.weekCeiling', 'week_total > input.limits.weekCeiling * 2'));
    expect(await assay('policy', 'what-if', '--policy', place)).toMatchObject({ code: 1, stdout: expect.stringMatching(/weakening {2}ci\.finops {2}a week above 500 dollars: allow/) });
  });

  it('that is the same, or only tighter, is not', async () => {
    const place = await weaker('tighter', (source) => source.replace('"allow": count(stops) == 0,', '"allow": false,'));
    const { code, stdout } = await assay('policy', 'what-if', '--policy', place);
    expect([code, stdout]).toEqual([0, expect.stringContaining('tighter or other  ci.finops')]);
    expect(await assay('policy', 'what-if', '--policy', join(import.meta.dirname, '../../policies'))).toMatchObject({ code: 0, stdout: expect.stringContaining(' 0 differ, 0 easier') });
  });

  it('that was swapped for the signed one is not promoted, nor one that fails a fixture, whoever signed it', async () => {
    const place = await weaker('failing', (source) => source.replace('week_total > input.limits.weekCeiling', 'week_total > input.limits.weekCeiling * 2'));
    await cp(at('bundle'), at('swapped'), { recursive: true });
    await copyFile(join(place, 'assay.wasm'), join(at('swapped'), 'assay.wasm'));
    expect(await promote(at('swapped'), 'prod')).toMatchObject({ code: 3, stderr: expect.stringContaining('POLICY_BUNDLE') });
    const signer = openSigner({ privateKeyPem: await readFile(at('ours.pem'), 'utf8') });
    const files = await readPolicyFiles(place);
    const signed = await signer.sign(policyBundleStatement({ ...metadataOf(files), stage: 'dev', previous: null, tests: { agreed: 1, of: 1 }, weakening: [], accepted: null, digests: digestsOf(files) }));
    await writePolicyBundle(at('lying'), { files, signed });
    expect(await promote(at('lying'), 'staging')).toMatchObject({ code: 1, stdout: expect.stringMatching(/ci\.finops: a week above 500 dollars: differs in [^]*nothing was signed/) });
    expect(await verify(at('lying'), 'dev')).toMatchObject({ code: 0 });
  });
});
