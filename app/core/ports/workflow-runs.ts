/** GitHub Actions as the executor needs it: hand over a blob, dispatch on a branch, look at a run, fetch what it left. One instance per installation. */
import type { RepositoryRef } from './store.ts';

/** A run as GitHub describes it now. Which of its claims must hold is the executor's business. */
export interface WorkflowRunSnapshot {
  id: number;
  repositoryId: number;
  headRepositoryId: number | null;
  /** The workflow file in the repository, without the ref that GitHub may append. */
  path: string;
  event: string;
  headBranch: string | null;
  headSha: string;
  attempt: number;
  status: string;
  conclusion: string | null;
  url: string;
}

export interface ArtefactSnapshot {
  id: number;
  name: string;
  bytes: number;
  /** `sha256:<hex>` of the zip, null where GitHub has none. */
  digest: string | null;
  expired: boolean;
  runId: number | null;
}

export interface WorkflowRuns {
  defaultBranch(repository: RepositoryRef): Promise<string>;
  /** Whose it is, by number, and who may see it. */
  standing(repository: RepositoryRef): Promise<{ ownerId: number; visibility: 'public' | 'private' | 'internal' }>;
  /** Its name, which was checked against the bytes. */
  createBlob(repository: RepositoryRef, bytes: Buffer): Promise<{ sha: string }>;
  /** Throws EXECUTOR_WORKFLOW_MISSING | EXECUTOR_WORKFLOW_REFUSED | EXECUTOR_RUN_UNNAMED. */
  dispatch(repository: RepositoryRef, call: { workflow: string; branch: string; inputs: Record<string, string> }): Promise<{ id: number; url: string }>;
  /** Null where GitHub does not know it (yet). */
  run(repository: RepositoryRef, id: number): Promise<WorkflowRunSnapshot | null>;
  /** Artefacts of that name that the run left. */
  artefacts(repository: RepositoryRef, run: number, name: string): Promise<ArtefactSnapshot[]>;
  /** The zip's bytes; throws EXECUTOR_ARTEFACT_TOO_LARGE as soon as there are more than that, EXECUTOR_ARTEFACT_GONE. */
  download(repository: RepositoryRef, artefact: number, maxBytes: number): Promise<Buffer>;
  cancel(repository: RepositoryRef, run: number): Promise<void>;
}
