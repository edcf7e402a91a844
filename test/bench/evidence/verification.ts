/**
 * Verifications a second in one process, against a process of `cosign` for each on the very same bundles, turn by turn: the App's key bundle, a workflow's provenance
 * with log and certificate, and a signature over an artifact. cosign starts anew for each bundle, as a script that calls it does; its start is part of what it costs.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { canonicalJson } from '../../../app/core/digest.ts';
import { openArtifactVerifier } from '../../../app/edges/sigstore/artifact.ts';
import { openTrust } from '../../../app/edges/sigstore/open.ts';
import { openSigner, verifyBundle } from '../../../app/edges/sigstore/signer.ts';
import { toolPath } from '../../../app/edges/tools/lock.ts';
import { verifyEvidence } from '../../../app/evidence/verification/verify.ts';
import { claims } from '../../world/sigstore/claims.ts';
import { signArtifact, signStatement, witnessesOf, workflowSigner } from '../../world/sigstore/sign.ts';
import { keyPair, startSigstore } from '../../world/sigstore/start.ts';
import { artifact, expect, replayTable, statementOf } from '../../world/sigstore/statements.ts';
import type { BenchResult } from '../main.ts';

interface Subject {
  name: string;
  ours(): boolean;
  theirs: string[];
}

const aim = 20;
const floor = 5;
const rounds = 20;
/** As many as take about as long as one process of the other: a longer round would lose more to what else the machine does. */
const perRound = 10;

export async function bench(): Promise<BenchResult> {
  const name = 'evidence verification';
  const cosign = toolPath('cosign');
  if (cosign === null) return { name, figures: { cosign: 'absent: npx assay tools install cosign' }, ok: true };
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-evidence-'));
  try {
    const measured = (await subjects(folder)).map((subject) => measure(subject, cosign));
    const ratio = Math.min(...measured.map((each) => each.ratio));
    return { name, aim, floor, ok: ratio >= floor, figures: Object.assign({ ratio }, ...measured.map((each) => each.figures)) as Record<string, number> };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function subjects(folder: string): Promise<Subject[]> {
  const put = (file: string, content: string | Buffer) => { writeFileSync(join(folder, file), content); return join(folder, file); };
  const sigstore = await startSigstore();
  const by = { signer: workflowSigner(sigstore, claims()), witnesses: witnessesOf(sigstore, 'log') };
  const [provenance, message] = [await signStatement(statementOf('provenance'), by), await signArtifact(artifact, by)];
  await sigstore.close();
  const signer = openSigner({ privateKeyPem: keyPair().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
  const verdict = canonicalJson((await signer.sign(statementOf('verdict'))).bundle);
  const [built, key, root] = [put('artifact', artifact), put('key.pub', signer.publicKeyPem), put('root.json', sigstore.root)];
  const trust = openTrust({ domain: 'public-good', root: sigstore.root });
  const verify = openArtifactVerifier(sigstore.root);
  const identity = ['--trusted-root', root, '--certificate-identity', claims().sub, '--certificate-oidc-issuer', claims().iss];
  return [
    { name: 'key', ours: () => verifyBundle(verdict, [signer.publicKeyPem]).predicateType !== '', theirs: ['verify-blob-attestation', '--key', key, '--insecure-ignore-tlog', '--bundle', put('verdict.json', verdict), '--type', 'https://slsa.dev/verification_summary/v1', built] },
    { name: 'workflow', ours: () => 'verified' in verifyEvidence(provenance, expect('provenance'), { trust, replays: replayTable() }), theirs: ['verify-blob-attestation', '--bundle', put('provenance.json', provenance), '--type', 'slsaprovenance1', ...identity, built] },
    { name: 'artifact', ours: () => verify({ bundle: message, artifact: { bytes: artifact }, signer: { identity: claims().sub, issuer: claims().iss } }) === null, theirs: ['verify-blob', '--bundle', put('message.json', message), ...identity, built] },
  ];
}

/** In turns, so that a busy minute hits both; the best round of each counts. */
function measure({ name, ours, theirs }: Subject, cosign: string): { ratio: number; figures: Record<string, number> } {
  let [best, other] = [Infinity, Infinity];
  if (!ours()) throw new Error(`${name}: the honest bundle is not verified here`);
  for (let round = 0; round < rounds; round += 1) {
    best = Math.min(best, timed(() => { for (let at = 0; at < perRound; at += 1) if (!ours()) throw new Error(`${name}: refused`); }) / perRound);
    other = Math.min(other, timed(() => {
      const { status, stderr } = spawnSync(cosign, theirs, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${name}: cosign: ${stderr}`);
    }));
  }
  return { ratio: other / best, figures: { [`${name}: here, a second`]: 1000 / best, [`${name}: cosign, a second`]: 1000 / other, [`${name}: times as many`]: other / best } };
}

function timed(run: () => void): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}
