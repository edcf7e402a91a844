/** One hunt over one change: attackers suspect, the smallest program of each suspicion goes to the verifier, what it confirms is a finding. */
import { canonicalJson, digestOf } from '../../core/digest.ts';
import type { SabotageFinding } from '../../core/job.ts';
import type { Spec } from '../../core/spec.ts';
import type { Trial } from '../../consensus/behaviour.ts';
import { suspect } from './behaviours.ts';
import { look, type Sight } from './look.ts';
import { attackAnswers } from './answer-literals.ts';
import { declaresPackages, unloadable } from './packages.ts';
import { attackFences } from './fences.ts';
import { inputsFor, type AttackInput } from './boundaries.ts';
import { attackChange } from './change.ts';
import { minimise } from './minimise.ts';
import { attackSpecialCases } from './special-case.ts';
import { attackResources } from './growth.ts';
import { attackRelations } from './relations.ts';
import { attackStated } from './attack-stated.ts';
import { attackMutants } from './mutants.ts';
import { attackTwins } from './twins.ts';
import { attackSideEffects } from './side-effects.ts';
import { isTestFile } from './tests-weakened.ts';
import type { Bench, Suspicion } from './suspicion.ts';
import { watch } from './watch.ts';
import { runs, type Proof, type Verify } from './verify.ts';

export interface Catch {
  findings: SabotageFinding[];
  /** Suspicions that did not hold, and why. */
  dropped: { claim: string; why: string }[];
  /** Suspicions on which program and guarded runner contradict each other: no proof, and no clean bill. */
  disputed: string[];
  inputsRun: number;
  /** Whether the surface was run at all. */
  ran: boolean;
  /** It could not be loaded for want of packages that it declares. */
  lacksPackages: boolean;
}

const most = 10;
const firstInputs = 280;

export async function hunt(bench: Bench, { ideas, verify }: { ideas: Trial[]; verify: Verify }): Promise<Catch> {
  const { suspicions: onSurface, ...seen } = await attackSurface(bench, ideas);
  const suspicions = strongest([...onSurface, ...attackChange(bench.target)]);
  const { spec } = bench.target;
  const small = spec && seen.ran ? strongest(await minimise(suspicions, spec, bench)) : suspicions;
  const proofs = await verify(small, bench);
  return { ...sorted(small, proofs), ...seen };
}

type Seen = Pick<Catch, 'inputsRun' | 'ran' | 'lacksPackages'> & { suspicions: Suspicion[] };

const unseen: Seen = { suspicions: [], inputsRun: 0, ran: false, lacksPackages: false };

async function attackSurface(bench: Bench, ideas: Trial[]): Promise<Seen> {
  const { spec, base, head, surface } = bench.target;
  if (!spec?.surface || (!surface.head && !surface.base)) return unseen;
  // Where no code changed, the frozen tests alone are asked: no input could tell the trees apart.
  const inputs = codeChanged(bench.target) ? [...ideas.map((trial): AttackInput => ({ trial, doubtful: true })), ...inputsFor({ spec, base, head }, bench.seed)] : [];
  const sight = await look(spec, inputs.slice(0, firstInputs), bench);
  if (unloadable(sight) && declaresPackages(head)) return { ...unseen, lacksPackages: true };
  const broken = await brokenBy(sight, { spec, rest: inputs.slice(firstInputs), bench });
  const lenient = await attackMutants(spec, bench);
  if (inputs.length === 0) return { suspicions: [...broken.suspicions, ...lenient], inputsRun: sight.observations.length, ran: sight.observations.length > 0, lacksPackages: false };
  const others = await Promise.all([watch(spec, bench), attackSpecialCases(spec, bench), attackAnswers(spec, sight.observations, bench), attackSideEffects(spec, bench), attackResources(spec, bench), ...(sight.confirmed ? [] : [attackFences(spec, bench), attackStated(spec, bench), attackTwins(spec, sight.observations, bench)])]);
  return { suspicions: [...broken.suspicions, ...lenient, ...others.flat()], inputsRun: sight.observations.length + broken.more, ran: sight.observations.length > 0, lacksPackages: false };
}

/** The second half of the inputs is asked where the first shows nothing. */
async function brokenBy(sight: Sight, { spec, rest, bench }: { spec: Spec; rest: AttackInput[]; bench: Bench }): Promise<{ suspicions: Suspicion[]; more: number }> {
  const told = (one: Sight) => [...suspect(one, spec), ...(one.confirmed ? [] : attackRelations(spec, one.observations))];
  const suspicions = told(sight);
  if (suspicions.length > 0 || rest.length === 0) return { suspicions, more: 0 };
  const second = await look(spec, rest, bench);
  return { suspicions: told(second), more: rest.length };
}

const noCode = /\.(mdx?|txt|ya?ml|lock)$|^\.|(^|\/)(LICENSE|Makefile|package-lock\.json)$/;

/** Whether head differs from base in a file that the surface could load. */
function codeChanged({ base, head }: Bench['target']): boolean {
  return [...new Set([...Object.keys(base), ...Object.keys(head)])].some((path) => !noCode.test(path) && !isTestFile(path) && base[path]?.content !== head[path]?.content);
}

/** One for each oracle, place and criterion: the one with the smallest input. */
function strongest(suspicions: Suspicion[]): Suspicion[] {
  const size = (one: Suspicion) => canonicalJson(one.input).length;
  const order = [...suspicions].sort((a, b) => size(a) - size(b) || (canonicalJson(a.input) < canonicalJson(b.input) ? -1 : 1));
  const groups = new Map<string, Suspicion>();
  for (const one of order) if (!groups.has(keyOf(one))) groups.set(keyOf(one), one);
  const kept = [...groups.values()];
  // A time-out costs ten times its limit to verify: one tells as much as five.
  const slow = kept.find((one) => one.oracle === 'O5');
  return kept.filter((one) => one.oracle !== 'O5' || one === slow).slice(0, most);
}

const keyOf = (one: Suspicion): string => canonicalJson([one.oracle, one.place, one.criterion]);

function sorted(suspicions: Suspicion[], proofs: Proof[]): Pick<Catch, 'findings' | 'dropped' | 'disputed'> {
  const result: Pick<Catch, 'findings' | 'dropped' | 'disputed'> = { findings: [], dropped: [], disputed: [] };
  suspicions.forEach((suspicion, at) => {
    const proof = proofs[at] ?? { onHead: 0, onBase: 0, agreed: true };
    if (proof.onHead < runs || (proof.onBase > 0 && proof.onBase < runs)) result.dropped.push({ claim: suspicion.claim, why: `${proof.onHead}/${runs} on head, ${proof.onBase}/${runs} on base` });
    else if (!proof.agreed) result.disputed.push(suspicion.claim);
    else result.findings.push(findingOf(suspicion, proof));
  });
  return result;
}

function findingOf(suspicion: Suspicion, { onHead, onBase }: Proof): SabotageFinding {
  const { oracle, criterion, claim, input, expected, actual, program } = suspicion;
  const id = `S-${digestOf([keyOf(suspicion), program.text]).slice(0, 10)}`;
  return { id, class: suspicion.class, claim, criterion, oracle, input, expected, actual, program: program.text, onHead, onBase, preExisting: onBase === runs };
}
