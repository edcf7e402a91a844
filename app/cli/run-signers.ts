/** Who may sign for dispatched runs, from settings to the verifier that the executor asks. A root that cannot be trusted fails the start, not a verdict. */
import type { Clock } from '../core/ports/clock.ts';
import type { RunVerifier } from '../core/ports/evidence.ts';
import type { Replays } from '../core/ports/store.ts';
import { openTrust } from '../edges/sigstore/open.ts';
import { shippedRoot } from '../edges/sigstore/root.ts';
import { runVerifier } from '../evidence/verification/run.ts';

export interface RunSignerSettings {
  /** `owner/name` with the reusable workflow, and the commits of it that may sign. */
  repository: string;
  commits: string[];
  /** Trusted root, as text, of the instance that signs for repositories that are not public; null: those are not attested. */
  privateRoot: string | null;
  /** Of the public good instance where it is not the shipped one. */
  publicRoot?: string;
}

export function verifierOf({ actions, gitHub }: { actions?: { signers?: RunSignerSettings }; gitHub: { pagesUrl: string } }, { clock, replays }: { clock: Clock; replays: Replays }): { verifier?: RunVerifier } {
  if (!actions?.signers) return {};
  const { repository, commits, privateRoot, publicRoot } = actions.signers;
  const trust = { public: openTrust({ domain: 'public-good', root: publicRoot ?? shippedRoot('production') }), private: privateRoot === null ? null : openTrust({ domain: 'github-private', root: privateRoot }) };
  return { verifier: runVerifier({ server: gitHub.pagesUrl, workflow: { repository, commits }, trust, replays, now: () => clock.now() }) };
}
