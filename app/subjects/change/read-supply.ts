/** Reads the lock files of head and merge base, makes the bill of materials and asks for advisories; what is known for this head is not made again. */
import { sha256 } from '../../core/digest.ts';
import { AssayError, problemOf } from '../../core/errors.ts';
import { product } from '../../core/product.ts';
import type { SupplyChain } from '../../core/ports/supply-chain.ts';
import { isLock } from '../../core/locked/read.ts';
import { diffBoms, type BomDiff } from '../../core/sbom/diff.ts';
import { lockedIn, sbomOfTree } from '../../core/sbom/of-tree.ts';
import { purlOf } from '../../core/sbom/purl.ts';
import { readSbom, statedLicence, type Bom } from '../../core/sbom/read.ts';
import { statementDigest } from '../../core/statement.ts';
import type { Tree } from '../../core/tree.ts';
import { applies } from '../../core/vulnerability/budget.ts';
import { typeOf } from '../../core/vulnerability/found.ts';
import { openVexOf } from '../../evidence/openvex.ts';
import { sbomStatement, scanPredicate, scanStatement, vexStatement } from '../../evidence/supply-chain.ts';
import type { ChangeFacts } from './facts.ts';
import { resourceOf } from './manifest.ts';
import { budgetIn, repositoryOf, SupplyNote, supplySettings, type Supply } from './supply.ts';

export interface SupplySources {
  tree(sha: string): Promise<Tree>;
  supplyChain: SupplyChain;
  note: unknown;
  /** When somebody asked for another try; null: nobody did. */
  retriedAt: number | null;
}

type About = Pick<ChangeFacts, 'change' | 'files' | 'config' | 'now' | 'self' | 'gitHubUrl'>;

/** A source that did not answer is asked again after this long. */
const patienceMs = 600_000;
const maxListed = 100;

export async function readSupply(about: About, sources: SupplySources): Promise<Supply | null> {
  const known = SupplyNote.safeParse(sources.note).data ?? null;
  const isAbout = known?.head === about.change.headSha && known.mergeBase === about.files.mergeBase && known.settings === supplySettings(about);
  if (isAbout && !stale(known, about, sources.retriedAt)) return known;
  if (about.change.state !== 'open') return isAbout ? known : null;
  try {
    return await make(about, sources);
  } catch (thrown) {
    // What GitHub refuses for now is looked at again by the loop; what is wrong with the lock files is a verdict.
    if (!(thrown instanceof AssayError) || !/^(SBOM|TREE)_/.test(thrown.code)) throw thrown;
    return { ...nothing(about), problem: problemOf(thrown), touched: about.files.files.some(({ path }) => isLock(path)) };
  }
}

/** What failed is asked again by itself; what has grown too old where somebody asks for it, because other evidence needs another approval. */
function stale({ reports, at, problem }: SupplyNote, { now, config }: About, retriedAt: number | null): boolean {
  if (retriedAt !== null && retriedAt - at > config.evidence.maxAgeMs) return true;
  const failed = problem !== null || reports.some(({ failure }) => failure !== null);
  return failed && (now - at >= patienceMs || (retriedAt !== null && retriedAt > at));
}

function nothing(about: About): Supply {
  return {
    head: about.change.headSha, mergeBase: about.files.mergeBase, at: about.now, settings: supplySettings(about), problem: null, sbom: null, scan: null, vex: null, name: about.change.repository.name,
    components: 0, baseComponents: 0, added: [], removed: [], changed: [], relicensed: 0, licences: [], newLicences: [], unlicensed: 0, incomplete: [], kinds: [], newFaulty: [], touched: false, reports: [],
  };
}

async function make(about: About, { tree, supplyChain }: SupplySources): Promise<Supply> {
  const { fixtures } = about.config;
  const [headTree, baseTree] = await Promise.all([tree(about.change.headSha), tree(about.files.mergeBase)]);
  const head = lockedIn(headTree, fixtures);
  const base = billOf(baseTree, about);
  if (head.locks.length === 0) return { ...nothing(about), ...differences(diffBoms(base, null)) };
  const text = sbomOfTree(headTree, { fallback: about.change.repository.name, fixtures, tool: product });
  const faults = await supplyChain.faultsOf(text);
  if (faults.length > 0) throw new AssayError('SBOM_INVALID', `the bill of materials does not keep to its schema: ${faults.join('; ').slice(0, 300)}`, { remedy: 'Report it with the lock files.' });
  const bill = parsed(text);
  const reports = await supplyChain.reportsOn(head.packages, about.now);
  const before = new Set((base?.components ?? []).map(({ purl }) => purl));
  const newFaulty = [...new Set(reports.flatMap(({ found }) => found.map(({ purl }) => purl)))].filter((purl) => !before.has(purl));
  const licences = (bill.components ?? []).map(statedLicence);
  return {
    ...nothing(about), ...differences(diffBoms(base, bill)), ...documentsOf(about, { text, reports }), reports, newFaulty,
    licences: [...new Set(licences.filter((each) => each !== null))].sort().slice(0, maxListed), unlicensed: licences.filter((each) => each === null).length,
    incomplete: [...text.matchAll(/"name": "assay:incomplete",\n\s+"value": ("(?:[^"\\]|\\.)*")/g)].map((match) => String(JSON.parse(match[1]!))).slice(0, maxListed),
    kinds: [...new Map(head.packages.map((each) => [typeOf(purlOf(each)), purlOf(each)])).values()].sort(),
  };
}

/** A base whose lock files nobody can read has no bill to compare with: everything counts as new. */
function billOf(tree: Tree, { config, change }: About): Bom | null {
  try {
    return parsed(sbomOfTree(tree, { fallback: change.repository.name, fixtures: config.fixtures, tool: product }));
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code.startsWith('SBOM_')) return null;
    throw thrown;
  }
}

function parsed(text: string): Bom {
  const bill = readSbom(text);
  if ('why' in bill) throw new AssayError('SBOM_INVALID', bill.why, { remedy: 'Report it with the lock files.' });
  return bill;
}

function differences({ base, head, added, removed, changed, relicensed, newLicences }: BomDiff): Partial<Supply> {
  const listed = <T>(list: readonly T[]) => list.slice(0, maxListed);
  return {
    components: head, baseComponents: base, added: listed(added.map(({ purl }) => purl)), removed: listed(removed.map(({ purl }) => purl)), changed: listed(changed), relicensed: relicensed.length, newLicences: listed(newLicences),
    touched: added.length + removed.length + changed.length > 0,
  };
}

/** Exceptions are stated where they cover something that was found. */
function documentsOf(about: About, { text, reports }: { text: string; reports: Supply['reports'] }): Pick<Supply, 'sbom' | 'scan' | 'vex' | 'documents'> {
  const subject = { resource: resourceOf(about), headSha: about.change.headSha };
  const predicate = scanPredicate({ reports, tool: product, startedAt: about.now, finishedAt: about.now });
  const scan = predicate === null ? null : `${JSON.stringify(predicate, null, 2)}\n`;
  const found = reports.flatMap((each) => each.found);
  const inForce = (budgetIn(about)?.exceptions ?? []).filter((exception) => found.some((each) => applies(exception, each, repositoryOf(about.change))));
  const vex = inForce.length === 0 ? null : `${JSON.stringify(openVexOf({ author: about.self.login, at: about.now, exceptions: inForce }), null, 2)}\n`;
  return {
    sbom: { digest: sha256(text), statement: statementDigest(sbomStatement({ subject, text })) },
    scan: scan === null ? null : { digest: sha256(scan), statement: statementDigest(scanStatement({ subject, text: scan })) },
    vex: vex === null ? null : { digest: sha256(vex), statement: statementDigest(vexStatement({ subject, text: vex })) },
    documents: { sbom: text, scan, vex },
  };
}
