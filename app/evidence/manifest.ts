/**
 * The evidence manifest: one statement per change that binds every verdict statement by digest, with the spec, policy and tool set they rest on.
 * A bundle of statements alone can lose or gain a line unseen; against the manifest it cannot. An approval names the manifest's digest.
 */
import { z } from 'zod';
import { AssayError } from '../core/errors.ts';
import type { Statement } from '../core/ports/signer.ts';
import { statementDigest, statementType } from '../core/statement.ts';
import { outcomes, type Outcome } from '../core/verdict.ts';
import { predicateTypes } from './statements.ts';

export interface ManifestVerdict {
  slot: string;
  outcome: Outcome;
  /** How the work was done that it rests on, e.g. `{ read: 'recomputed' }`. */
  grades?: Record<string, string>;
  /** `statementDigest(statement)`; checked. */
  digest: string;
  statement: Statement;
}

export interface ManifestFacts {
  /** A URI such as `git+https://github.com/o/r#refs/pull/7/head`. */
  change: string;
  headSha: string;
  mergeBase: string;
  /** The branch it is to be merged into: what was approved for one is not approved for another. */
  baseRef?: string;
  tree?: string;
  /** What merging head into this tip of the branch gives; a null tree: they conflict. */
  merge?: { base: string; tree: string | null };
  /** Null where the change has no spec. */
  specDigest: string | null;
  policyDigest: string;
  toolsDigest: string;
  verdicts: ManifestVerdict[];
}

const attester = { id: 'https://github.com/assay-dev/assay' };
const mediaType = 'application/vnd.in-toto+json';

/** The same facts give the same manifest, whatever the order of verdicts. Throws EVIDENCE_* where the verdicts contradict themselves. */
export function buildManifest(facts: ManifestFacts): Statement {
  checkVerdicts(facts);
  const verdicts = facts.verdicts.toSorted((one, other) => (one.slot < other.slot ? -1 : 1));
  const references = [
    { name: 'merge-base', digest: { gitCommit: facts.mergeBase }, ...(facts.baseRef ? { annotations: { branch: facts.baseRef } } : {}) },
    ...(facts.merge ? [mergeReference(facts.merge)] : []),
    ...(facts.specDigest ? [{ name: 'spec', digest: { sha256: facts.specDigest } }] : []),
    { name: 'policy', digest: { sha256: facts.policyDigest } },
    { name: 'tools', digest: { sha256: facts.toolsDigest } },
    ...verdicts.map(({ slot, outcome, digest, grades }) => ({ name: `verdict/${slot}`, digest: { sha256: digest }, mediaType, annotations: { outcome, ...grades } })),
  ];
  return {
    _type: statementType,
    subject: [{ name: facts.change, digest: { gitCommit: facts.headSha, ...(facts.tree ? { gitTree: facts.tree } : {}) } }],
    predicateType: predicateTypes.manifest,
    predicate: { attester, references },
  };
}

function mergeReference({ base, tree }: NonNullable<ManifestFacts['merge']>) {
  return { name: 'merge', digest: { gitCommit: base, ...(tree === null ? {} : { gitTree: tree }) }, annotations: { result: tree === null ? 'conflict' : 'tree' } };
}

/** The digest an approval refers to; equal to `payloadSha256` of the signed manifest. */
export function manifestDigest(manifest: Statement): string {
  return statementDigest(manifest);
}

function checkVerdicts({ verdicts, headSha }: Pick<ManifestFacts, 'verdicts' | 'headSha'>): void {
  if (verdicts.length === 0) throw refusal('EVIDENCE_EMPTY', 'a manifest over no verdict proves nothing');
  const slots = new Set(verdicts.map((verdict) => verdict.slot));
  if (slots.size !== verdicts.length) throw refusal('EVIDENCE_SLOT_TWICE', 'a slot has more than one verdict');
  for (const { slot, digest, statement } of verdicts) {
    if (statementDigest(statement) !== digest) throw refusal('EVIDENCE_DIGEST', `the statement of ${slot} is not the one its digest names`);
    if (statement.subject[0]?.digest.gitCommit !== headSha) throw refusal('EVIDENCE_SUBJECT', `the statement of ${slot} is about another commit`);
  }
}

const Reference = z.object({ name: z.string(), digest: z.object({ sha256: z.string().optional() }).loose().optional(), annotations: z.object({ outcome: z.enum(outcomes).optional() }).optional() });
const ManifestPredicate = z.object({ references: z.array(Reference) });

export interface ManifestReading {
  change: string;
  headSha: string;
  verdicts: { slot: string; outcome: Outcome; digest: string }[];
  /** Statements that are no verdicts, as a workflow run binds them: by name and digest. */
  statements: { name: string; digest: string }[];
  /** SHA-256 of what the run left and the pack does not hold. */
  artifacts: string[];
}

/** What a verified manifest says. Throws EVIDENCE_MANIFEST where the statement is not a manifest. */
export function readManifest(statement: Statement): ManifestReading {
  const predicate = ManifestPredicate.safeParse(statement.predicate);
  const subject = statement.subject[0];
  const headSha = subject?.digest.gitCommit;
  if (statement.predicateType !== predicateTypes.manifest || !predicate.success || !subject || !headSha) {
    throw refusal('EVIDENCE_MANIFEST', `this statement (${statement.predicateType}) is no evidence manifest`);
  }
  const verdicts = predicate.data.references.flatMap(({ name, digest, annotations }) => {
    if (!name.startsWith('verdict/') || !digest?.sha256 || !annotations?.outcome) return [];
    return [{ slot: name.slice('verdict/'.length), outcome: annotations.outcome, digest: digest.sha256 }];
  });
  if (verdicts.length === 0) throw refusal('EVIDENCE_MANIFEST', 'the manifest binds no verdict');
  const named = (prefix: string) => predicate.data.references.flatMap(({ name, digest }) => (name.startsWith(prefix) && digest?.sha256 ? [{ name: name.slice(prefix.length), digest: digest.sha256 }] : []));
  return { change: subject.name, headSha, verdicts, statements: named('statement/'), artifacts: named('artifact/').map(({ digest }) => digest) };
}

export interface RunManifestFacts {
  /** A URI such as `git+https://github.com/o/r`. */
  resource: string;
  headSha: string;
  verdicts: ManifestVerdict[];
  statements: { name: string; statement: Statement }[];
  artifacts: { name: string; sha256: string }[];
}

/** The manifest of what one workflow run says of a commit: its verdicts, its other statements, and what it built. Throws EVIDENCE_* as `buildManifest` does. */
export function runManifest(facts: RunManifestFacts): Statement {
  checkVerdicts(facts);
  const references = [
    ...facts.verdicts.map(({ slot, outcome, digest }) => ({ name: `verdict/${slot}`, digest: { sha256: digest }, mediaType, annotations: { outcome } })),
    ...facts.statements.map(({ name, statement }) => ({ name: `statement/${name}`, digest: { sha256: statementDigest(statement) }, mediaType })),
    ...facts.artifacts.map(({ name, sha256 }) => ({ name: `artifact/${name}`, digest: { sha256 } })),
  ].sort((one, other) => (one.name < other.name ? -1 : 1));
  return { _type: statementType, subject: [{ name: facts.resource, digest: { gitCommit: facts.headSha } }], predicateType: predicateTypes.manifest, predicate: { attester, references } };
}

/** The digest of the policy that a verified manifest names. Throws EVIDENCE_MANIFEST. */
export function policyDigestOf(statement: Statement): string {
  const references = ManifestPredicate.safeParse(statement.predicate).data?.references ?? [];
  const digest = references.find(({ name }) => name === 'policy')?.digest?.sha256;
  if (digest === undefined) throw refusal('EVIDENCE_MANIFEST', 'the manifest names no policy');
  return digest;
}

function refusal(code: string, message: string): AssayError {
  return new AssayError(code, message, { remedy: 'Run the checks again with /retry; if it repeats, report it with this code.' });
}
