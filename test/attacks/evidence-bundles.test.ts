/**
 * E01–E34 (ATTACKS.md) as far as one bundle carries them: each is truly signed by a stand-in of the services, wrong in one thing, and refused by the code of that thing.
 * The honest ones beside them are verified, so that no refusal is for nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { assay } from '../cli.ts';
import { evidenceCases, judge } from '../world/sigstore/cases/all.ts';
import { writeCorpus } from '../world/sigstore/corpus.ts';
import { startSigstore } from '../world/sigstore/start.ts';

const sigstore = await startSigstore();
const cases = await evidenceCases(sigstore);
// The bundles are made; to judge them needs no service.
await sigstore.close();

describe('bundles of evidence', () => {
  test.each(cases)('$id $name: $expected', (given) => {
    const refused = judge(given);
    expect(refused?.code ?? 'verified').toBe(given.expected);
    if (refused) expect(refused).toMatchObject({ message: expect.stringMatching(/\S/), remedy: expect.stringMatching(/\S/) });
  });

  test('E01 E02 E03 E05 E06 E07 E08 E09 E12 E13 E14 E15 E16 E17 E18 E19 E22 E23 E24 E25 E26 E27 E28 E30 E31 E34 are all among them, and an honest one is judged alike a second time', () => {
    const ids = new Set(cases.map(({ id }) => id));
    expect([...ids].sort()).toEqual(['E01', 'E02', 'E03', 'E05', 'E06', 'E07', 'E08', 'E09', 'E12', 'E13', 'E14', 'E15', 'E16', 'E17', 'E18', 'E19', 'E22', 'E23', 'E24', 'E25', 'E26', 'E27', 'E28', 'E30', 'E31', 'E34', 'honest']);
    for (const given of cases.filter(({ id }) => id === 'honest')) expect(judge(given)).toBeNull();
  });

  test('E22 a refusal shows what it found without what a terminal or a reader would obey', () => {
    const refused = judge(cases.find(({ id }) => id === 'E22')!);
    expect(refused?.got).toBe('https://example.test/⟨U+001B⟩[2J⟨U+202E⟩');
  });

  test('a refusal names what was found and what was expected', () => {
    expect(judge(cases.find(({ name }) => name === 'self-hosted')!)).toMatchObject({ got: 'self-hosted', expected: 'github-hosted' });
    expect(judge(cases.find(({ name }) => name === 'another-run')!)).toMatchObject({ got: 'https://github.com/acme/shop/actions/runs/1000/attempts/1', expected: 'https://github.com/acme/shop/actions/runs/1001/attempts/1' });
  });
});

test('the corpus as others get it: every case is judged from its files alone, by the command line, as the list says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-corpus-'));
  onTestFinished(() => { rmSync(folder, { recursive: true }); });
  const written = writeCorpus(folder, cases);
  expect(written.length).toBeGreaterThan(100);
  expect(new Set(written.map((each) => each.folder)).size).toBe(written.length);
  const wrong: string[] = [];
  for (const { folder: name, expected } of written) {
    const of = (file: string) => join(folder, name, file);
    const { code, stdout, stderr } = await assay('verify', '--bundle', of('bundle.sigstore.json'), '--expect', of('expectation.json'), of('artifact'));
    const got = code === 0 ? stdout.split(' ')[0] : code === 1 ? stderr.split(':')[0] : `exit ${code} ${stderr}`;
    if (got !== expected) wrong.push(`${name}: ${got} and not ${expected}`);
  }
  expect(wrong).toEqual([]);
});
