/**
 * The third job: writes the statement over what the two others reported and, where the run has an identity, signs it and the reports' provenance with it. It holds that
 * identity, so it installs nothing, reads nothing of the change and fetches no artefact. A signature that fails leaves nothing; a run without identity says so.
 */
import * as actions from '@actions/core';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemOf } from '../../app/core/errors.ts';
import { plain } from '../../app/core/markdown.ts';
import type { Statement } from '../../app/core/ports/signer.ts';
import { statementBytes, statementDigest } from '../../app/core/statement.ts';
import { spoken } from '../../app/core/visible.ts';
import { signedBundle, type Signing } from '../../app/cli/evidence/run-bundle.ts';
import { instanceFor } from '../../app/edges/sigstore/instance.ts';
import { hasIdentity, identityOf } from '../../app/edges/workflow-run/identity.ts';
import { provenanceStatement } from '../../app/evidence/provenance.ts';
import { leftBehind, statementFor } from './attestation.ts';
import { eventFacts } from '../../app/edges/workflow-run/event.ts';
import { assayRoot } from './host.ts';
import { resultFolder } from './results.ts';

interface Signed {
  /** File name → bundle; empty where nothing is signed, and then `why` says why. */
  bundles: Record<string, string>;
  why: string;
}

async function attest(env: NodeJS.ProcessEnv): Promise<void> {
  const statement = statementFor(env, eventFacts(env));
  const { bundles, why } = await signed(statement, env);
  // Of its own: whoever reads the evidence refuses files that are none.
  const folder = `${resultFolder(env)}-evidence`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'assay-statement.json'), statementBytes(statement));
  for (const [name, bundle] of Object.entries(bundles)) writeFileSync(join(folder, name), bundle);
  const digest = statementDigest(statement);
  actions.setOutput('evidence', folder);
  actions.setOutput('statement-sha256', digest);
  actions.notice(why, { title: 'Assay evidence' });
  if (env.GITHUB_STEP_SUMMARY) await actions.summary.addRaw(`## Assay evidence\n\nStatement \`sha256:${digest}\`. ${plain(why, 4000)}\n`, true).write();
}

async function signed(statement: Statement, env: NodeJS.ProcessEnv): Promise<Signed> {
  if (!hasIdentity(env)) return { bundles: {}, why: 'UNSIGNED_NO_IDENTITY: this run has no identity (a pull request from a fork, or id-token: write was not granted).' };
  const identity = await identityOf(env, { repository: env.ASSAY_WORKFLOW_REPOSITORY, file: 'assay.yml', sha: env.ASSAY_WORKFLOW_SHA });
  const instance = instanceFor(identity.claims.repository_visibility, { env, folder: assayRoot });
  if (!instance) return { bundles: {}, why: 'UNSIGNED_NO_ROOT: the repository is not public, and no trusted root of GitHub\'s own instance was given (ASSAY_SIGSTORE_ROOT in assay.yml), so a signature could not be verified.' };
  const signing: Signing = { identity, instance, server: env.GITHUB_SERVER_URL ?? '' };
  const provenance = provenanceStatement({ server: signing.server, claims: identity.claims, ...leftBehind(env) });
  const bundles = {
    'assay-provenance.sigstore.json': await signedBundle({ slot: 'provenance', statement: provenance }, signing),
    // A dispatched job has an answer and no tests of its own.
    ...(env.ASSAY_JOB ? {} : { 'assay-tests.sigstore.json': await signedBundle({ slot: 'tests', statement }, signing) }),
  };
  return { bundles, why: `Signed as ${signing.server}/${identity.claims.job_workflow_ref}, and verified: ${Object.keys(bundles).join(', ')}.` };
}

try {
  await attest(process.env);
} catch (thrown) {
  const problem = problemOf(thrown);
  actions.error(spoken(`${problem.code}: ${problem.message} – ${problem.remedy}`), { title: 'Assay evidence' });
  process.exitCode = 3;
}
