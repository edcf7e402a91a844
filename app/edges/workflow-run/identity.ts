/**
 * The run's identity: whether it has one, the token that GitHub gives for it, and what the token claims, against what the runner says of this run. Fulcio writes the claims
 * into the certificate; a token of another run, or of another workflow than this one, is refused before anything is signed with it.
 */
import * as actions from '@actions/core';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { RunClaims } from '../../core/run-claims.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Identity {
  token: string;
  claims: RunClaims;
}

/** Both or neither come from the runner; with one alone something is broken, and asking for the token says so. */
export function hasIdentity(env: Environment): boolean {
  return Boolean(env.ACTIONS_ID_TOKEN_REQUEST_URL || env.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
}

/** `workflow`: the reusable workflow that must be the one that runs; absent: the caller's own. Throws SIGNING_IDENTITY_UNAVAILABLE | SIGNING_IDENTITY_DIFFERS. The token is masked in the log from here on. */
export async function identityOf(env: Environment, workflow?: { repository: string | undefined; file: string; sha: string | undefined }): Promise<Identity> {
  const token = await tokenOf();
  const claims = claimsIn(token);
  const other = [...expectedClaims(env), ...(workflow ? [['job_workflow_sha', workflow.sha] as const] : [])].find(([name, expected]) => claims[name] !== expected);
  if (other) throw new AssayError('SIGNING_IDENTITY_DIFFERS', `The identity is not of this run: ${other[0]} is ${claims[other[0]]}, the runner says ${other[1] ?? 'nothing'}.`, { remedy: 'Nothing is signed with it. Run the workflow again; if it repeats, the runner is not to be trusted.' });
  if (workflow && !claims.job_workflow_ref.startsWith(`${workflow.repository}/.github/workflows/${workflow.file}@`)) throw new AssayError('SIGNING_IDENTITY_DIFFERS', `The identity is of ${claims.job_workflow_ref}, which is not ${workflow.file} of ${workflow.repository}.`, { remedy: `Call ${workflow.file} of that repository as a reusable workflow.` });
  return { token, claims };
}

async function tokenOf(): Promise<string> {
  try {
    return await actions.getIDToken('sigstore');
  } catch (cause) {
    throw unavailable('GitHub gave no identity token', cause);
  }
}

function claimsIn(token: string): RunClaims {
  try {
    return RunClaims.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
  } catch (cause) {
    // The cause may quote the token.
    throw unavailable(cause instanceof z.ZodError ? `the identity token lacks what it must claim (${cause.issues.map(({ path }) => path.join('.')).join(', ')})` : 'the identity token cannot be read');
  }
}

function unavailable(message: string, cause?: unknown): AssayError {
  return new AssayError('SIGNING_IDENTITY_UNAVAILABLE', `This run has an identity, and ${message}.`, { remedy: 'Run the job again. Where the repository should not sign, do not grant id-token: write.', cause });
}

function expectedClaims(env: Environment): [keyof RunClaims, string | undefined][] {
  return [
    ['repository', env.GITHUB_REPOSITORY], ['repository_id', env.GITHUB_REPOSITORY_ID], ['repository_owner_id', env.GITHUB_REPOSITORY_OWNER_ID], ['run_id', env.GITHUB_RUN_ID], ['run_attempt', env.GITHUB_RUN_ATTEMPT],
    ['sha', env.GITHUB_SHA], ['ref', env.GITHUB_REF], ['event_name', env.GITHUB_EVENT_NAME], ['workflow_ref', env.GITHUB_WORKFLOW_REF], ['workflow_sha', env.GITHUB_WORKFLOW_SHA],
  ];
}
