/**
 * What another verifier says of the same bundles: cosign, asked for everything that its options can demand (issuer, exact identity, repository, ref, commit, trigger, predicate type,
 * trusted root). What it has no option for – the numbers of repository and owner, the run, the runner, the commit of the workflow, the policy, the age of a scan – it cannot refuse.
 */
import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { hintOf } from '../../../app/edges/sigstore/keys.ts';
import { slotPredicates } from '../../../app/evidence/verification/slots.ts';
import type { EvidenceCase } from './cases/case.ts';
import type { CorpusEntry } from './corpus.ts';

export interface Opinion extends CorpusEntry {
  /** `accepts`, or what it says first. */
  cosign: string;
}

/** `folder`: where the corpus was written. */
export function cosignOpinions(cosign: string, folder: string, cases: readonly { entry: CorpusEntry; of: EvidenceCase }[]): Opinion[] {
  return cases.map(({ entry, of }) => ({ ...entry, cosign: asked(cosign, join(folder, entry.folder), of) }));
}

function asked(cosign: string, folder: string, of: EvidenceCase): string {
  const { status, stderr, error } = spawnSync(cosign, ['verify-blob-attestation', ...argumentsFor(of), join(folder, 'artifact')], { cwd: folder, encoding: 'utf8', timeout: 60_000, env: { PATH: process.env.PATH, HOME: folder } });
  if (error) throw error;
  return status === 0 ? 'accepts' : firstWords(stderr);
}

function argumentsFor({ domain, expectation: { slot, signer } }: EvidenceCase): string[] {
  const common = ['--bundle', 'bundle.sigstore.json', '--type', slotPredicates[slot][0]!, ...(domain.root === undefined ? [] : ['--trusted-root', 'trusted_root.json'])];
  const withoutLog = domain.domain === 'public-good' ? [] : ['--insecure-ignore-tlog'];
  const timed = domain.domain === 'github-private' || (domain.domain === 'own-key' && domain.timestamps === 1) ? ['--use-signed-timestamps'] : [];
  if (signer.kind === 'key') return [...common, ...withoutLog, ...timed, '--key', `key-${keyPlace(domain, signer.hints)}.pub`];
  const { issuer, signer: identity, repository, source, triggers } = signer.workflow;
  const claims = ['--certificate-oidc-issuer', issuer, '--certificate-identity', identity, '--certificate-github-workflow-repository', repository.uri.replace(/^https:\/\/[^/]+\//, ''), '--certificate-github-workflow-ref', source.ref, '--certificate-github-workflow-sha', source.digest, '--certificate-github-workflow-trigger', triggers[0]!];
  return [...common, ...withoutLog, ...timed, ...(domain.domain === 'github-private' ? ['--insecure-ignore-sct'] : []), ...claims];
}

/** The one of the trusted keys that may sign this; the first where none of them may. */
function keyPlace(domain: EvidenceCase['domain'], hints: readonly string[]): number {
  const keys = domain.domain === 'own-key' ? domain.keys : [];
  return Math.max(0, keys.findIndex(({ publicKeyPem }) => hints.includes(hintOf(createPublicKey(publicKeyPem)))));
}

function firstWords(stderr: string): string {
  // It falls back to an older form of bundles, which takes no trusted root.
  if (/only supported with --new-bundle-format/.test(stderr)) return 'does not read it as a bundle';
  const line = stderr.split('\n').map((each) => each.trim()).find((each) => each !== '' && !/^WARNING/i.test(each)) ?? 'refuses without a word';
  return line.replace(/^Error: /, '').replaceAll(/[|`<>]/g, ' ').slice(0, 120);
}

/** The corpus's own page: every case, the code here, and what the other verifier says. */
export function corpusPage(opinions: readonly Opinion[] | null, entries: readonly CorpusEntry[], version: string): string {
  const head = ['# Bundles that must be refused', '', 'A folder for each case: bundle, artifact, trusted root or key, the expectation of `assay verify --expect`, and the code with which it must be refused (`verified` for the honest ones). The keys were made in this run.', ''];
  if (!opinions) return [...head, 'cosign is not here (`npx assay tools install cosign`), so nobody else was asked.', '', ...table(['case', 'expected here'], entries.map(({ folder, expected }) => [folder, expected]))].join('\n');
  const negative = opinions.filter(({ expected }) => expected !== 'verified');
  const refused = negative.filter(({ cosign }) => cosign !== 'accepts').length;
  return [
    ...head, `cosign ${version}, asked for all that its options can demand, refuses ${refused} of the ${negative.length} and accepts ${negative.length - refused}. It has no option for the numbers of repository and owner, the run, the runner, the commit of the workflow, the policy and the age of a scan, and takes a bundle in other bytes for the same.`, '',
    ...table(['case', 'expected here', 'cosign'], opinions.map(({ folder, expected, cosign }) => [folder, expected, cosign === 'accepts' ? (expected === 'verified' ? 'accepts' : '**accepts**') : `refuses: ${cosign}`])),
  ].join('\n');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [`| ${columns.join(' | ')} |`, `|${columns.map(() => '---').join('|')}|`, ...rows.map((row) => `| ${row.join(' | ')} |`), ''];
}
