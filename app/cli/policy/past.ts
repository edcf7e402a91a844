/** Policy over the past: `replay` gives every recorded decision again, `what-if` shows what another policy would have decided and what it lets through that this one does not. */
import { isDeepStrictEqual } from 'node:util';
import { easier } from '../../core/policy-ease.ts';
import { readPolicyFacts } from '../../core/policy-fact.ts';
import type { Policy, PolicyPackage } from '../../core/ports/policy.ts';
import { openPolicy } from '../../edges/policy.ts';
import { readFixtures } from '../../../policies/cases.ts';
import { demand, optionsOf, readText, wrongUse } from './options.ts';

export async function replay(args: string[]): Promise<number> {
  const { values } = optionsOf(args, ['facts']);
  const [policy, facts] = [await openPolicy(), readPolicyFacts(await readText(demand(values.facts, '--facts')))];
  if (facts.length === 0) throw wrongUse('the log holds no decision, so there is nothing to replay');
  let differing = 0;
  for (const { name, fact } of facts) {
    const same = isDeepStrictEqual(await policy.decide(fact.package, fact.input), fact.decision);
    if (same) continue;
    differing += 1;
    process.stdout.write(`${name} ${fact.package}: decided otherwise${fact.policy === policy.digest ? '' : ` under policy ${fact.policy.slice(0, 12)}`}\n`);
  }
  process.stdout.write(`${facts.length - differing} of ${facts.length} decisions are the same under policy ${policy.digest.slice(0, 12)}\n`);
  return differing === 0 ? 0 : 1;
}

export interface Question { name: string; package: PolicyPackage; input: unknown }

/** What was ever decided, where a log is given, and the cases that were thought up. */
export async function questions(log: string | undefined): Promise<Question[]> {
  const fixtures = await readFixtures();
  const past = log === undefined ? [] : readPolicyFacts(await readText(log));
  return [...past.map(({ name, fact }) => ({ name, package: fact.package, input: fact.input })), ...fixtures];
}

export interface Difference { name: string; package: PolicyPackage; easier: string[] }

/** Every question that two policies answer differently; `easier` names what the second lets through and the first does not. */
export async function differences(asked: readonly Question[], before: Policy, after: Policy): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const { name, package: pack, input } of asked) {
    const [was, is] = [await before.decide(pack, input), await decideOrNothing(after, pack, input)];
    if (!isDeepStrictEqual(was, is)) found.push({ name, package: pack, easier: easier(was, is) });
  }
  return found;
}

/** A package that the other policy does not have lets nothing through. */
async function decideOrNothing(policy: Policy, name: PolicyPackage, input: unknown): Promise<unknown> {
  try {
    return await policy.decide(name, input);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'POLICY_UNDEFINED') return { allow: false };
    throw thrown;
  }
}

export async function whatIf(args: string[]): Promise<number> {
  const { values } = optionsOf(args, ['policy', 'facts']);
  const [before, after] = await Promise.all([openPolicy(), openPolicy({ folder: demand(values.policy, '--policy') })]);
  const asked = await questions(values.facts);
  const found = await differences(asked, before, after);
  for (const line of linesOf(found)) process.stdout.write(`${line}\n`);
  const weaker = found.filter((one) => one.easier.length > 0).length;
  process.stdout.write(`${asked.length} cases under ${after.digest.slice(0, 12)} instead of ${before.digest.slice(0, 12)}: ${found.length} differ, ${weaker} easier to pass\n`);
  return weaker === 0 ? 0 : 1;
}

export function linesOf(found: readonly Difference[]): string[] {
  return found.map((one) => (one.easier.length > 0 ? `weakening  ${one.package}  ${one.name}: ${one.easier.join(', ')}` : `tighter or other  ${one.package}  ${one.name}`));
}
