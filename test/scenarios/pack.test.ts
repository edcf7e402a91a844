/** The evidence pack of a merged change, as a stranger takes it from a running App: it verifies and replays offline, opens in a browser, and no byte of it can change. */
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startBrowser, type Browser } from '../../app/edges/browser/pipe.ts';
import { supplyChain } from '../../app/edges/advisories/sources.ts';
import { assay } from '../cli.ts';
import { describeWith, need, testWith } from '../tools.ts';
import { openWorld, type World } from '../world/world.ts';

let world: World;
let folder: string;
let page: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-pack-'));
  const { faultsOf } = supplyChain();
  const locked = JSON.stringify({ name: 'shop', lockfileVersion: 3, packages: { 'node_modules/aa': { version: '1.0.0', license: 'MIT' } } });
  // Known faults as from a database of this moment that knows none.
  const reportsOn = async (_: unknown, now: number) => [{ scanner: { name: 'osv-records', version: '1', uri: 'https://x.invalid' }, database: { uri: 'osv', version: 'npm', lastUpdate: new Date(now).toISOString() }, covers: ['npm' as const], failure: null, found: [] }];
  world = await openWorld({ files: { 'README.md': '# Shop\n', 'package-lock.json': locked }, supplyChain: { faultsOf, reportsOn } });
  const pull = await world.grace.proposes({ branch: 'notes', files: { 'README.md': '# Shop 2\n' } });
  await world.settled();
  await world.founder.comments(pull.number, await world.approveLine(pull.number));
  await world.settled();
  page = `${world.assay.url}/changes/${world.repositoryId}/${pull.number}`;
  await writeFile(at('key.pem'), await (await fetch(`${world.assay.url}/key.pem`)).text());
  expect(await assay('pack', page, '--out', at('pack'))).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ files/) });
}, 120_000);
afterAll(async () => { await world.close(); await rm(folder, { recursive: true }); });

const verify = (pack: string) => assay('verify', pack, '--key', at('key.pem'));
const replay = (pack: string) => assay('replay', pack, '--key', at('key.pem'));

async function files(): Promise<string[]> {
  const entries = await readdir(at('pack'), { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(at('pack').length + 1)).sort();
}

async function copyWith(change: (folder: string) => Promise<void>): Promise<string> {
  const copy = await mkdtemp(at('copy-'));
  await cp(at('pack'), copy, { recursive: true });
  await change(copy);
  return copy;
}

it('holds manifest, statements, approval, decision, policy, bill of materials, known faults, the signed list of them and a page', async () => {
  expect(await files()).toEqual(expect.arrayContaining(['approval.sigstore.json', 'contents.sigstore.json', 'decision.json', 'index.html', 'manifest.sigstore.json', 'policy/assay.wasm.base64', 'policy/assay.wasm.json', 'supply/sbom.sigstore.json', 'supply/vulnerabilities.sigstore.json']));
  expect(await verify(at('pack'))).toMatchObject({ code: 0, stdout: expect.stringMatching(/approved +by account \d+ \(independent\)\nmanifest [0-9a-f]{64} of [0-9a-f]{40} verified: pass/) });
});

it('decides the same again, twenty times', async () => {
  for (let turn = 0; turn < 20; turn += 1) expect(await replay(at('pack'))).toMatchObject({ code: 0, stdout: expect.stringContaining('ci.change decides the same') });
});

it('does not verify with another key', async () => {
  await writeFile(at('other.pem'), generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({ type: 'spki', format: 'pem' }));
  expect(await assay('verify', at('pack'), '--key', at('other.pem'))).toMatchObject({ code: 3 });
});

describe('a change of a single byte', () => {
  it('is refused in every file, at its start, in its middle and at its end', async () => {
    for (const name of await files()) {
      const bytes = await readFile(join(at('pack'), name));
      for (const place of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
        const copy = await copyWith(async (path) => {
          const changed = Buffer.from(bytes);
          changed[place] = changed[place]! ^ 1;
          await writeFile(join(path, name), changed);
        });
        expect((await verify(copy)).code, `${name} at ${place}`).toBe(3);
        expect((await replay(copy)).code, `${name} at ${place}`).toBe(3);
      }
    }
  }, 60_000);

  it('added at the end, a file too many and a file too few are refused too', async () => {
    for (const name of await files()) {
      expect((await verify(await copyWith(async (path) => writeFile(join(path, name), Buffer.concat([await readFile(join(path, name)), Buffer.from(' ')]))))).code, name).toBe(3);
      // Without its signed list a pack is a manifest pack, which may hold nothing else.
      expect((await verify(await copyWith((path) => rm(join(path, name))))).code, `without ${name}`).toBe(3);
    }
    expect(await verify(await copyWith((path) => writeFile(join(path, 'documents.json'), '{}')))).toMatchObject({ code: 3, stdout: expect.stringContaining('EVIDENCE_FOREIGN documents.json') });
  }, 60_000);
});

it('is not there before a manifest is signed, and its address is asked for rightly', async () => {
  expect(await assay('pack', `${world.assay.url}/changes/${world.repositoryId}/9999`, '--out', at('none'))).toMatchObject({ code: 3, stderr: expect.stringContaining('PACK_UNAVAILABLE') });
  for (const args of [['pack'], ['pack', 'file:///etc/passwd', '--out', at('none')], ['pack', page], ['replay', at('pack')]]) expect((await assay(...args)).code, args.join(' ')).toBe(2);
});

describeWith(['chromium'], 'the page of a pack', () => {
  const test = testWith(['chromium'], 'the page of a pack');
  let browser: Browser;
  beforeAll(async () => { browser = startBrowser(need('chromium').path ?? '', await mkdtemp(at('browser-'))); });
  afterAll(() => browser.close());

  /** What the page says once it was given the key. */
  async function saidBy(file: string): Promise<string> {
    const { targetId } = z.looseObject({ targetId: z.string() }).parse(await browser.call('Target.createTarget', { url: pathToFileURL(file).href }));
    const { sessionId } = z.looseObject({ sessionId: z.string() }).parse(await browser.call('Target.attachToTarget', { targetId, flatten: true }));
    const key = JSON.stringify(await readFile(at('key.pem'), 'utf8'));
    const expression = `(async () => {
      for (let i = 0; i < 200 && !(document.readyState === 'complete' && document.getElementById('ask')); i += 1) await new Promise((done) => setTimeout(done, 50));
      document.getElementById('key').value = ${key};
      document.querySelector('#ask button').click();
      const state = document.getElementById('state');
      for (let i = 0; i < 200 && !state.className; i += 1) await new Promise((done) => setTimeout(done, 50));
      return state.textContent + '\\n' + [...document.querySelectorAll('tbody tr')].map((row) => [...row.cells].slice(0, 2).map((cell) => cell.textContent).join(' ')).join('\\n');
    })()`;
    const evaluated = () => browser.call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, sessionId);
    // A tab begins empty; what was asked of it before the file came in is gone.
    const answer = await evaluated().catch((thrown: unknown) => (String(thrown).includes('context was destroyed') ? evaluated() : Promise.reject(thrown)));
    await browser.call('Target.closeTarget', { targetId });
    return z.looseObject({ result: z.looseObject({ value: z.string() }) }).parse(answer).result.value;
  }

  test('verifies itself offline, with a key that it does not bring', async () => {
    const said = await saidBy(join(at('pack'), 'index.html'));
    expect(said).toMatch(/^Verified: every file is as it was signed with this key, for commit [0-9a-f]{40}\./);
    expect(said).toContain('guardrails pass');
    expect(said).toContain('decision.json as signed');
  });

  test('names what is not as it was signed', async () => {
    const html = await readFile(join(at('pack'), 'index.html'), 'utf8');
    await writeFile(at('forged.html'), html.replace('\\"merge\\":\\"now\\"', '\\"merge\\":\\"never\\"'));
    const said = await saidBy(at('forged.html'));
    expect(said).toMatch(/^Not verified: 1 of the files/);
    expect(said).toContain('decision.json not the file that was signed for');
  });
});
