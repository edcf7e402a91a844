/**
 * What must hold for evidence to count, all of it computed or configured before the bundle is opened: which workflow at which commit, which predicate for the slot,
 * which digests, which policy, how fresh. Times in milliseconds, digests and commits in lower-case hex.
 */

/** The run that may sign, as the certificate's extensions 1.3.6.1.4.1.57264.1.N must say it. Every value is compared for equality, none is a pattern. */
export interface ExpectedWorkflow {
  /** .8, and .1 where it is there. */
  issuer: string;
  /** The subject alternative name and .9: `https://github.com/ORG/REPO/.github/workflows/FILE.yml@REF`. */
  signer: string;
  /** .10: the commits of the workflow that are allowed, 40 hex digits each, even where the signer names a tag. */
  signerDigests: readonly string[];
  /** .12 and .16 are names; .15 and .17 are numbers that survive a rename. */
  repository: { uri: string; id: string; ownerUri: string; ownerId: string };
  /** .13 and .14: the commit and the ref the run was for. */
  source: { digest: string; ref: string };
  /** .18 and .19: the calling workflow and its commit. */
  caller: { uri: string; digest: string };
  /** .20: e.g. pull_request, merge_group, push. */
  triggers: readonly string[];
  /** .21: `https://github.com/ORG/REPO/actions/runs/ID/attempts/N`. */
  run: string;
  /** .22 */
  visibility: 'public' | 'private' | 'internal';
}

export type ExpectedSigner = { kind: 'certificate'; workflow: ExpectedWorkflow } | { kind: 'key'; hints: readonly string[] };

/** One thing the statement must be about: every digest that was computed of it. */
export type ExpectedSubject = Partial<Record<'sha256' | 'sha512' | 'gitCommit' | 'gitTree', string>>;

export type Slot = 'provenance' | 'sbom' | 'vulnerabilities' | 'vex' | 'tests' | 'verdict' | 'properties' | 'release' | 'manifest' | 'approval';

export interface Expectation {
  slot: Slot;
  signer: ExpectedSigner;
  /** At least one. */
  subjects: readonly ExpectedSubject[];
  /** What the evidence is used for, e.g. `change:42#7@<head>`: shown for another use again, it is a replay. */
  use: string;
  now: number;
  /** For a verdict: the policies it may rest on, SHA-256. */
  policyDigests?: readonly string[];
  /** For vulnerabilities: how old the scan and the scanner's database may be. */
  scan?: { maxAgeMs: number; maxDatabaseAgeMs: number };
}

/** What each payload was used for before. Answers the use that the payload now has: the first one given stays. */
export interface ReplayTable {
  firstUse(payloadSha256: string, use: string): string;
}
