/**
 * The second vote: speed. The members of the cluster that won on logic run the large inputs. Only a program that answers every one of
 * them well within the limit survives; a crash there is a failure of the program, unless everybody crashes, which tells nothing. Between
 * half and twice the limit a program has neither survived nor failed. Survivors must also answer the same. Deterministic but for a program
 * whose CPU time lies at half the limit.
 */
import type { Cluster } from '../core/candidate.ts';
import type { Spec } from '../core/spec.ts';
import { applyPatch } from '../core/tree.ts';
import { MIB } from '../core/ports/sandbox.ts';
import { isAnswer, notRun, sameBehaviour, type Behaviour, type Observed } from './behaviour.ts';
import { clustersOf } from './cluster.ts';
import { cpuLimitOf, runTrials } from './execute.ts';
import { inPairs, type Scene, type Sighting } from './observe.ts';
import type { LargeTrial, Trials } from './trials.ts';
import { compareOf } from './values.ts';

export interface SpeedVote {
  /** Large inputs that at least one member answered in time, or that the spec vouches for and somebody was too slow on. */
  inputs: number;
  /** Ids, sorted; they answer alike. */
  survivors: string[];
  /** What stopped the others, by id. */
  failed: Record<string, string>;
  /** Some member came near the limit and neither survived nor failed. */
  timing: boolean;
  /** Large inputs on which members that were fast enough differ. */
  differ: number;
  /** CPU time over the inputs that all survivors answered, in ms; for choosing between very unlike ones only. */
  ms: Record<string, number>;
}

const largeCount = 12;
// Programs of the right order end within a second or two, those of the wrong one not within minutes: a longer wait tells no more.
const largeLimitMs = 3000;

export const noSpeedVote: SpeedVote = { inputs: 0, survivors: [], failed: {}, timing: false, differ: 0, ms: {} };

export async function speedVote(members: Sighting[], { large, floats }: Pick<Trials, 'large' | 'floats'>, scene: Scene): Promise<SpeedVote> {
  const trials = firstOf(large, largeCount);
  const asked = trials.map(({ kind, doubtful }) => ({ kind, doubtful, floats }));
  if (trials.length === 0) return noSpeedVote;
  const rows = await inPairs(members, async (member) => ({ member, row: await runLarge(member, trials, scene) }));
  return judgeSpeed(rows.map(({ member, row }) => ({ id: member.candidate.id, family: member.candidate.family, row })), asked, scene.spec);
}

function firstOf<T>(items: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    taken.push(item);
    if (taken.length === count) break; // the rest is never made
  }
  return taken;
}

async function runLarge({ candidate }: Sighting, trials: LargeTrial[], scene: Scene): Promise<Observed[]> {
  const cpuMs = Math.min(largeLimitMs, cpuLimitOf(scene.spec));
  const run = { spec: scene.spec, tree: applyPatch(scene.base, candidate.patch), trials: trials.map(({ trial }) => trial), cpuMs, strikes: 1, strikeMs: cpuMs / 2, outputBytes: 16 * MIB, kept: scene.kept };
  const [row = []] = await runTrials(run, scene.sandbox);
  const struck = row.findIndex(({ behaviour }) => behaviour.s === 'timeout' || behaviour.s === 'unclear');
  return row.map((observed, at) => (struck >= 0 && at > struck ? { behaviour: notRun, ms: 0 } : observed));
}

export interface LargeRow {
  id: string;
  family: string;
  row: Observed[];
}

export type LargeAsked = Pick<LargeTrial, 'kind' | 'doubtful'> & Pick<Trials, 'floats'>;

/** Pure: what the rows of observations, one per large input, say. */
export function judgeSpeed(rows: LargeRow[], trials: LargeAsked[], spec: Spec): SpeedVote {
  const at = (row: Observed[], index: number): Behaviour => row[index]?.behaviour ?? notRun;
  const counted = trials.map((_, index) => index).filter((index) => {
    const all = rows.map(({ row }) => at(row, index));
    // What everybody is too slow for counts where the spec vouches for it: two slow programs must not ship for want of a fast one.
    const isTooMuch = !trials[index]?.doubtful && all.some(({ s }) => s === 'timeout' || s === 'unclear');
    return (all.some(isAnswer) || isTooMuch) && !(trials[index]?.doubtful && all.some((behaviour) => behaviour !== notRun && (behaviour.s === 'crash' || behaviour.s === 'raise')));
  });
  const quick = rows.filter(({ row }) => counted.length > 0 && counted.every((index) => isAnswer(at(row, index))));
  const failed = Object.fromEntries(rows.filter((one) => !quick.includes(one)).map(({ id, row }) => [id, failureOf(row, trials)]));
  const compare = compareOf(spec);
  const telling = counted.filter((index) => !trials[index]?.doubtful && !(trials[index]?.floats && quick.some(({ row }) => isDigest(at(row, index)))));
  const differ = telling.filter((index) => quick.some(({ row }) => quick.some(({ row: other }) => !sameBehaviour(at(row, index), at(other, index), compare)))).length;
  const groups: Cluster[] = clustersOf(quick.map(({ id, family, row }) => ({ id, family, behaviours: telling.map((index) => at(row, index)) })), compare);
  const survivors = groups[0]?.members ?? [];
  for (const { id } of quick) if (!survivors.includes(id)) failed[id] = 'it answers a large input unlike the others';
  const ms = Object.fromEntries(quick.map(({ id, row }) => [id, counted.reduce((sum, index) => sum + (row[index]?.ms ?? 0), 0)]));
  return { inputs: counted.length, survivors, failed, timing: rows.some(({ row }) => row.some(({ behaviour }) => behaviour.s === 'unclear')), differ, ms };
}

/** Long output is compared by a digest, in which a last digit of a fraction cannot be forgiven: it tells time, not logic. */
function isDigest(behaviour: Behaviour): boolean {
  return behaviour.s === 'exit' && /^sha256:[0-9a-f]{64} of \d+ tokens$/.test(behaviour.out);
}

function failureOf(row: Observed[], trials: LargeAsked[]): string {
  const index = row.findIndex(({ behaviour }) => !isAnswer(behaviour));
  const behaviour = row[index]?.behaviour ?? notRun;
  const kind = trials[index]?.kind ?? 'a large input';
  if (behaviour.s === 'timeout') return `too slow on ${kind}`;
  if (behaviour.s === 'unclear') return `near the time limit on ${kind}`;
  return behaviour.s === 'crash' ? `${behaviour.why} on ${kind}` : `no answer on ${kind}`;
}
