/**
 * `npm run corpus:evidence -- DIR`: writes the cases for others to try their verifiers on: a folder each with bundle, artifact, trusted root or keys, the expectation as
 * `assay verify --expect` reads it, and the code with which it must be refused (`verified` for the honest ones). Keys are made in each run, so nothing of it is committed.
 * README.md in it says of every case what cosign makes of the same bundle, where cosign is installed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExpectationFile } from '../../../app/evidence/verification/expectation-file.ts';
import { evidenceCases } from './cases/all.ts';
import { pathOf, readLock, toolNamed, toolsHome } from '../../../app/edges/tools/lock.ts';
import type { EvidenceCase } from './cases/case.ts';
import { corpusPage, cosignOpinions } from './others.ts';
import { startSigstore } from './start.ts';

/** Folders as written, with what is expected of each. */
export interface CorpusEntry {
  folder: string;
  id: string;
  expected: string;
}

const hour = 3_600_000;

/** Writes into an empty or new folder; answers what it wrote, as cases.json lists it. */
export function writeCorpus(folder: string, cases: readonly EvidenceCase[]): CorpusEntry[] {
  const entries = corpusEntries(cases);
  for (const { entry, of } of entries) writeCase(join(folder, entry.folder), of);
  const listed = entries.map(({ entry }) => entry);
  writeFileSync(join(folder, 'cases.json'), `${JSON.stringify(listed, null, 2)}\n`);
  return listed;
}

/** What is written, with its ingredients. A broken expectation is no bundle that another verifier could refuse. */
export function corpusEntries(cases: readonly EvidenceCase[]): { entry: CorpusEntry; of: EvidenceCase }[] {
  return cases.filter(({ expected }) => expected !== 'EVIDENCE_EXPECTATION').map((of) => ({ entry: { folder: `${of.id}-${of.name}`, id: of.id, expected: of.expected }, of }));
}

function writeCase(folder: string, given: EvidenceCase): void {
  mkdirSync(folder, { recursive: true });
  const put = (name: string, content: string | Buffer) => { writeFileSync(join(folder, name), content); };
  put('bundle.sigstore.json', given.bundle);
  put('artifact', given.artifact);
  put('expected', `${given.expected}\n`);
  put('expectation.json', `${JSON.stringify(expectationFile(given), null, 2)}\n`);
  if (given.domain.root !== undefined) put('trusted_root.json', given.domain.root);
  if (given.domain.domain === 'own-key') given.domain.keys.forEach(({ publicKeyPem }, at) => { put(`key-${at}.pub`, publicKeyPem); });
}

function expectationFile({ domain, expectation: { slot, signer, policyDigests, scan } }: EvidenceCase): ExpectationFile {
  const root = domain.root === undefined ? {} : { root: 'trusted_root.json' };
  const keys = domain.domain === 'own-key' ? domain.keys.map(({ until }, at) => ({ file: `key-${at}.pub`, ...(until === undefined ? {} : { until: new Date(until).toISOString() }) })) : [];
  const trust = domain.domain === 'own-key' ? { domain: domain.domain, timestamps: domain.timestamps, keys, ...root } : { domain: domain.domain, root: 'trusted_root.json' };
  const writtenSigner: ExpectationFile['signer'] = signer.kind === 'key' ? { kind: 'key', hints: [...signer.hints] } : { kind: 'certificate', workflow: { ...signer.workflow, signerDigests: [...signer.workflow.signerDigests], triggers: [...signer.workflow.triggers] } };
  return {
    version: 1, slot, trust, signer: writtenSigner,
    ...(policyDigests === undefined ? {} : { policyDigests: [...policyDigests] }),
    ...(scan === undefined ? {} : { scan: { maxAgeHours: scan.maxAgeMs / hour, maxDatabaseAgeHours: scan.maxDatabaseAgeMs / hour } }),
  };
}

async function main(folder: string): Promise<void> {
  const sigstore = await startSigstore();
  const cases = await evidenceCases(sigstore);
  await sigstore.close();
  mkdirSync(folder, { recursive: true });
  const written = writeCorpus(folder, cases);
  const tool = toolNamed('cosign', readLock());
  const cosign = pathOf(tool, toolsHome());
  const opinions = cosign === null ? null : cosignOpinions(cosign, folder, corpusEntries(cases));
  writeFileSync(join(folder, 'README.md'), corpusPage(opinions, written, tool.version));
  process.stdout.write(`${written.length} cases in ${folder}, listed in cases.json and README.md\n`);
}

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) {
    process.stderr.write('usage: npm run corpus:evidence -- DIR\n');
    process.exitCode = 2;
  } else await main(folder);
}
