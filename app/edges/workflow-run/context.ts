/** What the runner says of this workflow run, from its environment and its event. Where the run has an identity, its token says the same again, and is compared with it. */
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { RunClaims } from '../../core/run-claims.ts';
import { dispatchInputs, eventFacts, isPublic } from './event.ts';

export interface RunContext {
  /** E.g. `https://github.com`. */
  server: string;
  claims: RunClaims;
  /** The commit as people see it: a pull request's head and not the merge that was checked out. */
  headSha: string;
  /** A URI such as `git+https://github.com/o/r#refs/pull/7/head`. */
  resource: string;
  inputs: Record<string, string>;
}

/** Null outside of GitHub Actions. Throws RUN_UNKNOWN where the runner leaves out what a run must say. */
export function runContext(env: NodeJS.ProcessEnv): RunContext | null {
  if (env.GITHUB_ACTIONS !== 'true') return null;
  const server = env.GITHUB_SERVER_URL ?? '';
  const claims = RunClaims.safeParse({
    iss: 'https://token.actions.githubusercontent.com', repository: env.GITHUB_REPOSITORY, repository_id: env.GITHUB_REPOSITORY_ID, repository_owner_id: env.GITHUB_REPOSITORY_OWNER_ID, repository_visibility: isPublic(env) ? 'public' : 'private',
    job_workflow_ref: env.GITHUB_WORKFLOW_REF, job_workflow_sha: env.GITHUB_WORKFLOW_SHA, workflow_ref: env.GITHUB_WORKFLOW_REF, workflow_sha: env.GITHUB_WORKFLOW_SHA, sha: env.GITHUB_SHA, ref: env.GITHUB_REF,
    event_name: env.GITHUB_EVENT_NAME, run_id: env.GITHUB_RUN_ID, run_attempt: env.GITHUB_RUN_ATTEMPT, runner_environment: env.RUNNER_ENVIRONMENT ?? 'unknown',
  });
  if (!claims.success || !/^https?:\/\/\S+$/.test(server)) {
    throw new AssayError('RUN_UNKNOWN', `this runner does not say which run this is: ${claims.success ? 'GITHUB_SERVER_URL' : z.prettifyError(claims.error)}`, { remedy: 'Run it on a runner that sets the documented GITHUB_* variables.' });
  }
  const { head, number } = eventFacts(env);
  const resource = `git+${server}/${claims.data.repository}${number === null ? '' : `#refs/pull/${number}/head`}`;
  return { server, claims: claims.data, headSha: head ?? claims.data.sha, resource, inputs: dispatchInputs(env) };
}
