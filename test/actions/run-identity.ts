/** A workflow run with an identity, on the loopback: GitHub's token service, a Sigstore instance that takes its tokens, and the environment in which a step finds both. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claims, identityToken, type Claims } from '../world/sigstore/claims.ts';
import { startSigstore, type Sigstore } from '../world/sigstore/start.ts';

export interface RunIdentity {
  sigstore: Sigstore;
  /** What the runner says of the run, as environment; without the identity where `signs` is false. */
  env(sha: string, signs?: boolean): Record<string, string>;
  /** Other claims than the run's own. */
  lies(altered: Partial<Claims>): void;
  close(): Promise<void>;
}

const workflow = 'acme/shop/.github/workflows/release.yml@refs/heads/main';

export async function startRunIdentity(): Promise<RunIdentity> {
  const sigstore = await startSigstore();
  const folder = mkdtempSync(join(tmpdir(), 'assay-identity-'));
  const state = { sha: '', altered: {} as Partial<Claims> };
  const tokens = createServer((_, response) => {
    const given = claims({ repository_visibility: 'public', job_workflow_ref: workflow, job_workflow_sha: state.sha, workflow_ref: workflow, workflow_sha: state.sha, sha: state.sha, ref: 'refs/heads/main', event_name: 'push', run_id: '1', ...state.altered });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ value: identityToken(given) }));
  });
  await new Promise<void>((resolve) => { tokens.listen(0, '127.0.0.1', resolve); });
  const root = join(folder, 'root.json');
  const event = join(folder, 'event.json');
  writeFileSync(root, sigstore.root);
  writeFileSync(event, JSON.stringify({ repository: { full_name: 'acme/shop', private: false } }));
  return {
    sigstore,
    lies(altered) { state.altered = altered; },
    env(sha, signs = true) {
      Object.assign(state, { sha, altered: {} });
      return {
        GITHUB_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'acme/shop', GITHUB_REPOSITORY_ID: '4242', GITHUB_REPOSITORY_OWNER_ID: '77', GITHUB_SHA: sha, GITHUB_REF: 'refs/heads/main', GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: event,
        GITHUB_RUN_ID: '1', GITHUB_RUN_ATTEMPT: '1', GITHUB_WORKFLOW_REF: workflow, GITHUB_WORKFLOW_SHA: sha, RUNNER_ENVIRONMENT: 'github-hosted', ASSAY_SIGSTORE_FULCIO: sigstore.url, ASSAY_SIGSTORE_REKOR: sigstore.url, ASSAY_SIGSTORE_ROOT: root,
        ...(signs ? { ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token?v=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-runner' } : {}),
      };
    },
    async close() {
      await sigstore.close();
      await new Promise<void>((resolve) => { tokens.close(() => { resolve(); }); tokens.closeAllConnections(); });
      rmSync(folder, { recursive: true });
    },
  };
}
