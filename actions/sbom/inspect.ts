/** sbom: whether a bill of materials of what the change locks would be whole – the lock file can be read, has what the manifests name, and a committed bill has what the lock file fixes. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { LockError, type LockedPackage } from '../../app/core/locked/package.ts';
import { isLock, readLock } from '../../app/core/locked/read.ts';
import { buildSbom } from '../../app/core/sbom/build.ts';
import { lackingIn, readSbom } from '../../app/core/sbom/read.ts';
import { manifestsFor, namedBy } from './manifests.ts';

const committed = /(^|\/)(s?bom|cyclonedx)([._-][\w.-]*)?\.json$|\.cdx\.json$/i;

export function inspect(facts: GuardFacts): RawFinding[] {
  return [...facts.changed.filter(({ path }) => isLock(path)).flatMap((file) => ofLock(file, facts)), ...ofManifests(facts), ...facts.changed.filter(({ path }) => committed.test(path)).flatMap((file) => ofBill(file, facts))];
}

function ofLock(file: Pick<ChangedText, 'path' | 'text'>, facts: GuardFacts): RawFinding[] {
  const packages = packagesOf(file, facts);
  if ('why' in packages) return [{ code: 'LOCK_UNREADABLE', path: file.path, startLine: 0, endLine: 0, error: true, values: packages }];
  const bom = readSbom(buildSbom({ name: file.path, version: null, packages, tool: { name: 'assay', version: '0' } }));
  if ('why' in bom) throw new Error(bom.why);
  const built = lackingIn(bom, packages).map((purl): RawFinding => ({ code: 'BILL_LACKS', path: file.path, startLine: 0, endLine: 0, values: { purl, lock: file.path } }));
  return [...built, ...manifestsFor(file.path, facts).flatMap((manifest) => lacking(manifest, { lock: file.path, packages, at: file.path, facts }))];
}

/** A manifest that changed and whose lock file did not. */
function ofManifests(facts: GuardFacts): RawFinding[] {
  const locks = facts.paths.filter((path) => isLock(path) && !facts.changed.some((file) => file.path === path));
  return locks.flatMap((lock) => {
    const text = facts.read(lock);
    const manifests = text === null ? [] : manifestsFor(lock, facts).filter((manifest) => facts.changed.some((file) => file.path === manifest));
    const packages = manifests.length === 0 ? [] : packagesOf({ path: lock, text: text! }, facts);
    // A broken lock file that was so before is no work of this change.
    return 'why' in packages ? [] : manifests.flatMap((manifest) => lacking(manifest, { lock, packages, at: manifest, facts }));
  });
}

function packagesOf(file: Pick<ChangedText, 'path' | 'text'>, { read }: GuardFacts): LockedPackage[] | { why: string } {
  try {
    return readLock(file, read);
  } catch (thrown) {
    if (thrown instanceof LockError) return { why: thrown.message };
    throw thrown;
  }
}

function lacking(manifest: string, { lock, packages, at, facts }: { lock: string; packages: readonly LockedPackage[]; at: string; facts: GuardFacts }): RawFinding[] {
  const fixed = new Set(packages.map((each) => each.name));
  return namedBy(manifest, facts).filter(({ name }) => !fixed.has(name))
    .map(({ name, line }): RawFinding => ({ code: 'LOCK_LACKS', path: at, startLine: at === manifest ? line : 0, endLine: at === manifest ? line : 0, values: { manifest, name, lock } }));
}

/** A committed bill is held against every lock file of its folder, or against those at the root. */
function ofBill({ path, text }: ChangedText, facts: GuardFacts): RawFinding[] {
  const whole = { path, startLine: 0, endLine: 0 };
  // Other programs call other things a bom: only what says it is CycloneDX is held to it.
  if (!/"bomFormat"/.test(text)) return [];
  const bom = readSbom(text);
  if ('why' in bom) return [{ ...whole, code: 'COMMITTED_BILL_BROKEN', values: bom }];
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
  const near = facts.paths.filter((each) => isLock(each) && !each.slice(folder.length).includes('/') && each.startsWith(folder));
  const lock = near[0] ?? facts.paths.find((each) => isLock(each) && !each.includes('/'));
  const locked = lock === undefined ? null : facts.read(lock);
  const packages = locked === null ? [] : packagesOf({ path: lock!, text: locked }, facts);
  // Made of more than one lock file, or of shipped packages alone: only what is needed to run must be there.
  const missing = 'why' in packages ? [] : lackingIn(bom, packages.filter((each) => !each.dev));
  return missing.length === 0 ? [] : [{ ...whole, code: 'COMMITTED_BILL_STALE', values: { count: missing.length, lock: lock!, purl: missing[0]! } }];
}
