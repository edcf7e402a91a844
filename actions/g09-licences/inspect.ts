/** G09: licences of what the change locks, by SPDX expressions over the bill of materials of those lock files; and shipping without a bill or an origin. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { LockError, type LockedPackage } from '../../app/core/locked/package.ts';
import { isLock, readLock } from '../../app/core/locked/read.ts';
import { buildSbom } from '../../app/core/sbom/build.ts';
import { purlOf } from '../../app/core/sbom/purl.ts';
import { readSbom, statedLicence } from '../../app/core/sbom/read.ts';
import { unbilled } from './bill.ts';
import { isCopyleft, judge, type Policy, settingsOf } from './policy.ts';
import { shipped } from './shipped.ts';

export function inspect(facts: GuardFacts): RawFinding[] {
  const settings = settingsOf(facts.settings);
  if ('why' in settings) return [{ code: 'SETTINGS_INVALID', path: '.github/assay.yml', startLine: 0, endLine: 0, error: true, values: { why: settings.why } }];
  const policy: Policy = { settings, copyleft: isCopyleft(ownLicence(facts)) };
  return [...facts.changed.filter((file) => isLock(file.path)).flatMap((file) => inLock(file, { facts, policy })), ...unbilled(facts), ...shipped(facts)];
}

/** The repository's own licence as base states it. */
function ownLicence({ readBase }: GuardFacts): string {
  return /"license"\s*:\s*"([^"]{1,200})"/.exec(readBase('package.json') ?? '')?.[1] ?? /^license\s*=\s*(?:\{\s*text\s*=\s*)?"([^"]{1,200})"/m.exec(readBase('pyproject.toml') ?? '')?.[1] ?? '';
}

function inLock(file: ChangedText, { facts, policy }: { facts: GuardFacts; policy: Policy }): RawFinding[] {
  const whole = { path: file.path, startLine: 0, endLine: 0 };
  try {
    const packages = readLock(file, facts.read);
    // npm's is the only one of the lock formats that repeats licences.
    if (packages.every((each) => each.licence === null) && packages.some((each) => !Object.hasOwn(policy.settings.packages, each.name))) {
      return [{ ...whole, code: 'LICENCE_UNKNOWN_HERE', severity: 'info', values: { count: packages.length } }, ...named(packages, policy)];
    }
    return named(packages, policy, true);
  } catch (thrown) {
    if (!(thrown instanceof LockError)) throw thrown;
    return [{ ...whole, code: 'LOCK_UNREADABLE', error: true, values: { why: thrown.message } }];
  }
}

/** `all`: also those without a licence, where the format could have stated one. */
function named(packages: readonly LockedPackage[], policy: Policy, all = false): RawFinding[] {
  const bom = readSbom(buildSbom({ name: 'lock', version: null, packages, tool: { name: 'assay', version: '0' } }));
  if ('why' in bom) throw new Error(bom.why);
  const stated = new Map(bom.components.map((component) => [component.purl, statedLicence(component)]));
  return packages.flatMap((each) => {
    const looked = Object.hasOwn(policy.settings.packages, each.name) ? policy.settings.packages[each.name]!.licence : null;
    const licence = looked ?? stated.get(purlOf(each)) ?? null;
    return licence === null && !all ? [] : verdictOn(each, { licence, policy });
  });
}

function verdictOn(each: LockedPackage, { licence, policy }: { licence: string | null; policy: Policy }): RawFinding[] {
  const { path, startLine, endLine, name, version } = each;
  const finding = (code: string, more: Partial<RawFinding> = {}): RawFinding[] => [{ code, path, startLine, endLine, ...more, values: { name: `${name} ${version}`, licence: licence ?? '', why: '', ...more.values } }];
  if (licence === null) return finding('LICENCE_UNSTATED', { severity: policy.settings.unstated === 'fail' ? 'medium' : 'info' });
  switch (judge(licence, policy)) {
    case 'allow': return [];
    // What is not shipped owes nobody its source.
    case 'note': return each.dev ? [] : finding('LICENCE_NOTED', { severity: 'info' });
    case 'deny': return each.dev ? finding('LICENCE_NOTED', { severity: 'info', values: { why: '; only development needs it' } }) : finding('LICENCE_DENIED');
    case 'unlisted': return finding('LICENCE_UNLISTED', { severity: each.dev ? 'info' : 'medium' });
    case 'unclear': return finding('LICENCE_UNCLEAR', { severity: each.dev ? 'info' : 'medium' });
  }
}
