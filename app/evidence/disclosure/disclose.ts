/**
 * The disclosure of a release: what a person reads in a minute, and behind each number the file and digest that it comes from, with policy's word on whether it may be deployed. A
 * function of the packs, the log, the build and the release alone, so that whoever verifies can make it again. Pure but for the policy that it is given.
 */
import { canonicalJson, sha256 } from '../../core/digest.ts';
import { AssayError } from '../../core/errors.ts';
import type { AuditEntry } from '../../core/ports/store.ts';
import { worst, type Outcome } from '../../core/verdict.ts';
import { isLive, readWaivers, type Waiver } from '../../core/waiver.ts';
import type { Policy } from '../../core/ports/policy.ts';
import { releasePackage, ruleRelease } from '../../core/release-policy.ts';
import { releaseQuestion, type Gate } from './gate.ts';
import { gateWords } from './gate-words.ts';
import { attachments, buildFolder, changesFile, decisionFile, disclosureFile, logFile, releaseFile } from './names.ts';
import { attachmentsOf, billFigures, mergesIn, nameOf, scanFigures, type PackSource } from './read.ts';

export interface Release {
  tag: string;
  commit: string;
  /** All commits of the release, the tag's own among them. */
  commits: string[];
  waivers: { path: string; text: string }[];
  /** When policy was asked whether it may be deployed, in milliseconds since the epoch. */
  askedAt: number;
  /** `.github/assay.yml` as the tag holds it; null: it holds none. */
  config: string | null;
  /** SHA-256 of what is to be shipped; null: nobody said. */
  artifact: string | null;
  /** Who may build it, as provenance names them. */
  builders: string[];
  /** The file of the tag that says how to go back; null: none was named. */
  rollback: { path: string; text: string } | null;
  /** Why the pack of the build does not verify; empty where it does, or where there is none. */
  buildFaults: string[];
}

export interface DisclosureFacts {
  release: Release;
  packs: readonly PackSource[];
  /** The pack of the build, name → text; null: none was given. */
  build: Record<string, string> | null;
  /** The exported log as text, and its entries as verified. */
  log: { text: string; entries: readonly AuditEntry[] };
}

export interface Figure {
  label: string;
  value: string;
  /** Of which file it was read, with its SHA-256. */
  source: { file: string; sha256: string };
}

export interface DisclosedChange {
  change: string;
  headSha: string;
  mergeSha: string;
  outcome: Outcome;
  verdicts: { slot: string; outcome: Outcome }[];
  approvals: { account: number; class: string; presence: 'passkey' | 'account' }[];
  asApproved: boolean;
  manifest: string;
  folder: string;
}

export interface Disclosure {
  version: 1;
  release: { tag: string; commit: string; commits: number };
  /** When the last thing in it was recorded, ISO 8601. */
  at: string;
  holds: boolean;
  summary: string;
  /** Policy's word on whether it may be deployed, and when it was asked, ISO 8601. */
  gate: Gate & { at: string };
  figures: Figure[];
  changes: DisclosedChange[];
  waivers: Pick<Waiver, 'guardrail' | 'about' | 'reason' | 'owner' | 'ticket' | 'until'>[];
  attachments: { file: string; sha256: string }[];
}

/** All files but the PDF and the signed list: name → text. Throws DISCLOSURE_INCOMPLETE where a merged change of the release has no pack, or a pack no merge. */
export async function disclosureFiles(given: DisclosureFacts, policy: Policy): Promise<{ disclosure: Disclosure; files: Record<string, string> }> {
  const facts = { ...given, packs: inMergeOrder(given) };
  const { release, packs, log, build } = facts;
  const at = Math.max(...log.entries.map((entry) => entry.at));
  const changes = changesOf(facts);
  const { input, lacking } = releaseQuestion(facts, changes);
  const gate: Gate = { ...await ruleRelease(policy, input), policy: policy.digest, lacking };
  const files: Record<string, string> = {
    ...Object.fromEntries(Object.entries(build ?? {}).map(([name, text]) => [`${buildFolder}${name}`, text])),
    [decisionFile]: `${JSON.stringify({ package: releasePackage, input, decision: { allow: gate.allow, outcome: gate.outcome, codes: gate.codes }, policy: gate.policy }, null, 2)}\n`,
    [logFile]: log.text, [releaseFile]: `${canonicalJson(release)}\n`, [changesFile]: `${JSON.stringify(changes, null, 2)}\n`,
    ...Object.assign({}, ...packs.map(packFilesIn)) as Record<string, string>,
  };
  const waivers = readWaivers(release.waivers).waivers.filter((each) => isLive(each, at)).map(({ guardrail, about, reason, owner, ticket, until }) => ({ guardrail, about, reason, owner, ticket, until }));
  const judged = changes.every(({ outcome, approvals, asApproved }) => outcome === 'pass' && approvals.length > 0 && asApproved);
  const holds = judged && gate.allow;
  const disclosure: Disclosure = {
    version: 1, release: { tag: release.tag, commit: release.commit, commits: release.commits.length }, at: new Date(at).toISOString(), holds, summary: `${summaryOf(changes, judged)} ${gate.allow ? gateWords(gate)[0]!.replace(/^RELEASE_OK: /, '') : `Policy refuses the release: ${gate.codes.join(', ')}.`}`, gate: { ...gate, at: new Date(release.askedAt).toISOString() },
    figures: figuresOf(facts, { files, changes, waivers: waivers.length, gate }), changes, waivers, attachments: Object.entries(files).filter(([file]) => file.startsWith(attachments)).map(([file, text]) => ({ file, sha256: sha256(text) })).sort((a, b) => (a.file < b.file ? -1 : 1)),
  };
  return { disclosure, files: { ...files, [disclosureFile]: `${JSON.stringify(disclosure, null, 2)}\n` } };
}

/** As the log tells of their merges, whatever the order in which they are given; those it does not tell of come first, to be refused. */
function inMergeOrder({ release, packs, log }: DisclosureFacts): PackSource[] {
  const order = mergesIn(log.entries, new Set(release.commits)).map(({ headSha }) => headSha);
  return packs.toSorted((one, other) => order.indexOf(one.headSha) - order.indexOf(other.headSha) || (one.headSha < other.headSha ? -1 : 1));
}

/** The pack as it was taken, and beside it what a reader wants of it as plain JSON. */
function packFilesIn(pack: PackSource): Record<string, string> {
  const plain = Object.entries(attachmentsOf(pack)).map(([name, value]) => [`${attachments}${name}`, `${JSON.stringify(value, null, 2)}\n`]);
  return { ...Object.fromEntries(Object.entries(pack.files).map(([name, text]) => [`${folderOf(pack)}${name}`, text])), ...Object.fromEntries(plain) };
}

export function folderOf({ headSha }: Pick<PackSource, 'headSha'>): string {
  return `changes/${headSha}/`;
}

function changesOf({ release, packs, log }: DisclosureFacts): DisclosedChange[] {
  const merges = mergesIn(log.entries, new Set(release.commits));
  const lacking = merges.find(({ headSha }) => !packs.some((pack) => pack.headSha === headSha));
  if (lacking) throw incomplete(`${lacking.subject} (${lacking.headSha.slice(0, 12)}) was merged in this release, and its pack is not given`);
  const foreign = packs.find((pack) => !merges.some(({ headSha }) => headSha === pack.headSha));
  if (foreign) throw incomplete(`the log tells of no merge of ${foreign.headSha.slice(0, 12)} in this release, and its pack is given`);
  if (merges.length === 0) throw incomplete('the log tells of no merge in this release');
  return merges.map((merge) => {
    const pack = packs.find(({ headSha }) => headSha === merge.headSha)!;
    const { verdicts, approvals, manifestDigest, headSha } = pack;
    return {
      change: nameOf(pack) ?? merge.subject, headSha, mergeSha: merge.mergeSha, outcome: worst(verdicts.map(({ outcome }) => outcome).filter((each) => each !== 'not_applicable')), verdicts: verdicts.map(({ slot, outcome }) => ({ slot, outcome })),
      approvals: approvals.map(({ actorId, class: kind, passkey }) => ({ account: actorId, class: kind, presence: passkey ? 'passkey' : 'account' })), asApproved: merge.asApproved, manifest: manifestDigest, folder: folderOf(pack),
    };
  });
}

function summaryOf(changes: readonly DisclosedChange[], holds: boolean): string {
  const many = `${changes.length} change${changes.length === 1 ? '' : 's'}`;
  if (holds) return `${many}: every one was judged pass, approved by a person, and merged as it was approved.`;
  const failing = changes.filter(({ outcome }) => outcome !== 'pass').length;
  const unapproved = changes.filter(({ approvals }) => approvals.length === 0).length;
  const otherwise = changes.filter(({ asApproved }) => !asApproved).length;
  return `${many}: ${failing} not judged pass, ${unapproved} without an approval, ${otherwise} merged otherwise than approved.`;
}

type Given = { files: Record<string, string>; changes: readonly DisclosedChange[]; waivers: number; gate: Gate };

function figuresOf({ release, packs, log }: DisclosureFacts, { files, changes, waivers, gate }: Given): Figure[] {
  const of = (file: string) => ({ file, sha256: sha256(files[file]!) });
  const line = (label: string, value: string | number, file: string): Figure => ({ label, value: String(value), source: of(file) });
  const approvals = changes.flatMap((change) => change.approvals);
  const verdicts = changes.flatMap((change) => change.verdicts).filter(({ outcome }) => outcome !== 'not_applicable');
  const kinds = (kind: string) => approvals.filter((each) => each.class === kind).length;
  return [
    line('Commits in the release', release.commits.length, releaseFile),
    line('Changes merged', changes.length, logFile),
    line('Merged as approved', changes.filter(({ asApproved }) => asApproved).length, logFile),
    line('Changes judged pass', changes.filter(({ outcome }) => outcome === 'pass').length, changesFile),
    line('Verdicts that pass', `${verdicts.filter(({ outcome }) => outcome === 'pass').length} of ${verdicts.length}`, changesFile),
    line('Approvals by others', kinds('independent'), changesFile),
    line('Approvals by the author, so labelled', kinds('self-attested'), changesFile),
    line('Approvals with a passkey', approvals.filter(({ presence }) => presence === 'passkey').length, changesFile),
    line('Waivers in force', waivers, releaseFile),
    ...supplyFigures(packs, { files, line }),
    line('Reasons against deploying it', gate.allow ? 0 : gate.codes.length, decisionFile),
    line('Audit entries', log.entries.length, logFile),
  ];
}

/** Of the newest change, which ships what all before it brought. */
function supplyFigures(packs: readonly PackSource[], { files, line }: { files: Record<string, string>; line: (label: string, value: string | number, file: string) => Figure }): Figure[] {
  const last = packs.at(-1);
  if (!last) return [];
  const named = (name: string) => `${attachments}${last.headSha.slice(0, 12)}-${name}`;
  const [sbom, scan, vex] = [named('sbom.cdx.json'), named('vulns.json'), named('vex.openvex.json')];
  const read = (file: string): unknown => JSON.parse(files[file]!);
  const bill = files[sbom] === undefined ? null : billFigures(read(sbom));
  return [
    ...(bill ? [line('Components', bill.components, sbom), line('Licences named', bill.licences, sbom), line('Components without a licence', bill.unlicensed, sbom)] : []),
    ...(files[scan] === undefined ? [] : gradeLines(scanFigures(read(scan)), (label, value) => line(label, value, scan))),
    ...(files[vex] === undefined ? [] : [line('Exceptions in force (VEX)', (read(vex) as { statements: unknown[] }).statements.length, vex)]),
  ];
}

function gradeLines(grades: Record<string, number>, line: (label: string, value: number) => Figure): Figure[] {
  const lines = Object.entries(grades).map(([grade, count]) => line(`Known vulnerabilities, ${grade}`, count));
  return lines.length > 0 ? lines : [line('Known vulnerabilities', 0)];
}

function incomplete(message: string): AssayError {
  return new AssayError('DISCLOSURE_INCOMPLETE', message, { remedy: 'Give one --pack for each change that was merged in the release, taken with "assay pack", and the log of the same release.' });
}
