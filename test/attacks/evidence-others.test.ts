/** The corpus that is published says of each bundle what another verifier makes of it: that the question is asked rightly shows on bundles whose answer is known. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { need, testWith } from '../tools.ts';
import { workflowCase } from '../world/sigstore/cases/case.ts';
import { casesOfKeys } from '../world/sigstore/cases/key.ts';
import { corpusEntries, writeCorpus } from '../world/sigstore/corpus.ts';
import { corpusPage, cosignOpinions } from '../world/sigstore/others.ts';
import { startSigstore } from '../world/sigstore/start.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-others-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

testWith(['cosign'], 'what cosign says of the corpus')('cosign accepts the honest ones, refuses what it can see, and the page names what it cannot', async () => {
  const sigstore = await startSigstore();
  const keyed = (await casesOfKeys(sigstore)).filter(({ name }) => ['own-key', 'exception-by-its-author', 'key-that-nobody-trusts'].includes(name));
  const cases = [
    ...keyed, await workflowCase(sigstore, { id: 'honest', name: 'public-good', expected: 'verified' }), await workflowCase(sigstore, { id: 'E06', name: 'other-issuer', expected: 'EVIDENCE_ISSUER', claims: { iss: 'https://issuer.example' } }),
    await workflowCase(sigstore, { id: 'E09', name: 'another-commit', expected: 'EVIDENCE_SOURCE_DIGEST', claims: { sha: '0'.repeat(40) } }), await workflowCase(sigstore, { id: 'E24', name: 'name-registered-anew', expected: 'EVIDENCE_REPOSITORY_ID', claims: { repository_id: '1' } }),
  ];
  await sigstore.close();
  const written = writeCorpus(folder, cases);
  const opinions = cosignOpinions(need('cosign').path!, folder, corpusEntries(cases));
  const accepted = opinions.filter(({ cosign }) => cosign === 'accepts').map(({ folder: name }) => name);
  expect(accepted, JSON.stringify(opinions, null, 1)).toEqual(['honest-own-key', 'honest-exception-by-its-author', 'honest-public-good', 'E24-name-registered-anew']);
  const page = corpusPage(opinions, written, '3');
  expect(page).toContain('refuses 3 of the 4 and accepts 1.');
  expect(page).toContain('| E24-name-registered-anew | EVIDENCE_REPOSITORY_ID | **accepts** |');
  expect(corpusPage(null, written, '3')).toContain('nobody else was asked');
}, 60_000);
