/** From files and the run to statements: what the guard said, which tests ran, what is in it, how it was built, which properties hold, and what makes up a release. */
import { basename } from 'node:path';
import { AssayError } from '../../core/errors.ts';
import { GuardReport } from '../../core/finding.ts';
import { parseStrictJson } from '../../core/strict-json.ts';
import { worst, type Outcome } from '../../core/verdict.ts';
import { readJUnit, type TestRun } from '../../edges/junit.ts';
import { namedDigest, type RunEvidence } from '../../evidence/run-pack.ts';
import { propertyStatement, releaseStatement, testResultStatement, type EvidenceSubject } from '../../evidence/statements.ts';
import { sbomStatement, supplyChainFiles } from '../../evidence/supply-chain.ts';
import { runProvenance } from '../provenance.ts';
import { bomOfFolder } from '../sbom/make.ts';
import { aboutOf, digestsOf, lockFiles, readInput } from './inputs.ts';
import type { EvidenceOptions } from './options.ts';
import type { RunSigner } from './run-signer.ts';

type Files = Record<string, string>;
type Part = Pick<RunEvidence, 'verdicts' | 'files'> & { properties: string[] };

/** `left`: what the pack lacks, and why. Throws EVIDENCE_* and USAGE_EVIDENCE. */
export async function gather(options: EvidenceOptions, signer: RunSigner): Promise<{ evidence: RunEvidence; left: string[] }> {
  const { run, subject } = await aboutOf(options.path, process.env);
  const parts = [await guarded(options.reports, subject), await tested(options.tests, subject)].filter((part) => part !== null);
  const artifacts = await digestsOf(options.artifacts);
  const bill = await billOf(options);
  const signatures = Object.fromEntries(await Promise.all(options.signatures.map(async (file) => [basename(file), await readInput(file)] as const)));
  const files = merged([...parts.map((part) => part.files), bill.files, signatures]);
  const properties = parts.flatMap((part) => part.properties);
  const made = [...Object.entries(files).map(([name, text]) => namedDigest(name, text)), ...artifacts];
  const statements = [
    ...Object.values(bill.files).map((text) => ({ name: 'sbom', statement: sbomStatement({ subject, text }) })),
    ...(run ? [{ name: 'provenance', statement: runProvenance({ run, signer, subject: made, materials: await lockFiles(options.path) }) }] : []),
    ...(properties.length > 0 ? [{ name: 'properties', statement: propertyStatement({ subject, verifier: 'https://github.com/assay-dev/assay', policies: [], properties, at: Date.now() }) }] : []),
    ...(options.release === undefined ? [] : [{ name: 'release', statement: releaseStatement({ purl: options.release, artifacts }) }]),
  ];
  const left = [...bill.left, ...(run ? [] : ['provenance: this is no workflow run'])];
  return { evidence: { subject, verdicts: parts.flatMap((part) => part.verdicts), statements, artifacts, files }, left };
}

function merged(all: readonly Files[]): Files {
  const names = all.flatMap((files) => Object.keys(files));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new AssayError('USAGE_EVIDENCE', `two files of the pack would be called ${twice}`, { remedy: 'Give them different names.' });
  return Object.assign({}, ...all) as Files;
}

/** One verdict over all reports, which have to be of this commit. */
async function guarded(reports: readonly string[], subject: EvidenceSubject): Promise<Part | null> {
  if (reports.length === 0) return null;
  const read = await Promise.all(reports.map(async (file) => ({ file, ...await reportIn(file, subject) })));
  const all = read.flatMap(({ report }) => report.guardrails);
  const good = (outcome: Outcome) => outcome === 'pass' || outcome === 'not_applicable';
  const said = worst(read.map(({ report }) => report.outcome));
  const outcome = good(said) ? 'pass' : said;
  const ids = (wanted: boolean) => all.filter((each) => good(each.outcome) === wanted).map(({ id }) => id);
  const files = merged(read.map(({ file, text }) => ({ [basename(file)]: text })));
  const statement = testResultStatement({ subject, outcome, configuration: Object.entries(files).map(([name, text]) => namedDigest(name, text)), passed: ids(true), failed: ids(false) });
  const passing = all.filter((each) => each.outcome === 'pass').map(({ id, slug }) => (id.toLowerCase() === slug ? id : `${id}_${slug}`));
  return { verdicts: [{ slot: 'guardrails', outcome, statement }], files, properties: [...(outcome === 'pass' ? ['GUARDRAILS'] : []), ...passing].map((each) => each.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()) };
}

async function reportIn(file: string, { headSha }: EvidenceSubject): Promise<{ report: GuardReport; text: string }> {
  const text = await readInput(file);
  const parsed = GuardReport.safeParse(parseStrictJson(text));
  if (!parsed.success) throw new AssayError('EVIDENCE_REPORT', `${file} is no report of "assay guard --format json"`, { remedy: 'Give the file that guard wrote with --format json --out.' });
  const { head, guardrails } = parsed.data;
  if (guardrails.length === 0) throw new AssayError('EVIDENCE_REPORT', `${file} judged nothing`, { remedy: 'Read why guard could not judge; a report without a verdict is no evidence.' });
  // A pull request is judged as its merge commit, which the runner names.
  if (head !== headSha && head !== process.env.GITHUB_SHA) throw new AssayError('EVIDENCE_REPORT', `${file} is about ${head}, and the pack about ${headSha}`, { remedy: 'Run guard on this commit, with nothing uncommitted.' });
  return { report: parsed.data, text };
}

async function tested(reports: readonly string[], subject: EvidenceSubject): Promise<Part | null> {
  if (reports.length === 0) return null;
  const read = await Promise.all(reports.map(async (file) => ({ file, text: await readInput(file) })));
  const runs: TestRun[] = read.map(({ file, text }) => readJUnit(text, file));
  const files = merged(read.map(({ file, text }) => ({ [basename(file)]: text })));
  const [passed, failed] = [runs.flatMap((run) => run.passed), runs.flatMap((run) => run.failed)];
  const outcome = failed.length > 0 ? 'fail' : 'pass';
  const statement = testResultStatement({ subject, outcome, configuration: Object.entries(files).map(([name, text]) => namedDigest(name, text)), passed, failed });
  return { verdicts: [{ slot: 'tests', outcome, statement }], files, properties: outcome === 'pass' ? ['TESTS'] : [] };
}

/** A repository without a lock file has no bill; one that was named has to be there. */
async function billOf({ sbom, path }: EvidenceOptions): Promise<{ files: Files; left: string[] }> {
  if (sbom !== undefined) return { files: { [supplyChainFiles.sbom]: await readInput(sbom) }, left: [] };
  try {
    return { files: { [supplyChainFiles.sbom]: await bomOfFolder(path, { spec: '1.6', name: null }) }, left: [] };
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'SBOM_NO_LOCK') return { files: {}, left: [`bill of materials: ${thrown.message}`] };
    throw thrown;
  }
}
