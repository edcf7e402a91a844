/**
 * SLSA provenance v1 of what a workflow run left: which workflow of which repository ran, at which commit, in which run, what it was called with and what it was made of. Of the
 * same claims that the certificate is made of, so that the two cannot differ. Pure.
 */
import type { Statement } from '../core/ports/signer.ts';
import type { RunClaims } from '../core/run-claims.ts';
import { statementType } from '../core/statement.ts';
import type { NamedDigest } from './statements.ts';

export const provenanceType = 'https://slsa.dev/provenance/v1';

/** `server`: e.g. `https://github.com`. `inputs`: what the workflow was called with. */
export interface ProvenanceFacts {
  server: string;
  claims: RunClaims;
  subject: Statement['subject'];
  inputs: Readonly<Record<string, string>>;
  /** Files of the commit that fixed what was built with, e.g. lock files, by their paths. */
  materials?: readonly NamedDigest[];
}

export function provenanceStatement({ server, claims, subject, inputs, materials = [] }: ProvenanceFacts): Statement {
  const repository = `${server}/${claims.repository}`;
  const [, path = '', ref = ''] = /^[^/]+\/[^/]+\/([^@]+)@(.+)$/.exec(claims.workflow_ref) ?? [];
  return {
    _type: statementType, subject, predicateType: provenanceType,
    predicate: {
      buildDefinition: {
        buildType: 'https://actions.github.io/buildtypes/workflow/v1',
        externalParameters: { workflow: { ref, repository, path }, ...(Object.keys(inputs).length > 0 ? { inputs } : {}) },
        internalParameters: { github: { event_name: claims.event_name, repository_id: claims.repository_id, repository_owner_id: claims.repository_owner_id, runner_environment: claims.runner_environment } },
        resolvedDependencies: [{ uri: `git+${repository}@${claims.ref}`, digest: { gitCommit: claims.sha } }, ...materials.map(({ name, sha256 }) => ({ uri: `file:${name}`, name, digest: { sha256 } }))],
      },
      runDetails: { builder: { id: `${server}/${claims.job_workflow_ref}` }, metadata: { invocationId: invocation(server, claims) } },
    },
  };
}

/** As the certificate names the run. */
export function invocation(server: string, { repository, run_id: run, run_attempt: attempt }: Pick<RunClaims, 'repository' | 'run_id' | 'run_attempt'>): string {
  return `${server}/${repository}/actions/runs/${run}/attempts/${attempt}`;
}
