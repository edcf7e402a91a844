/**
 * What both trees do on the tests and inputs of one hunt. Each is asked under a hash seed and time zone of its own; what differs is asked again, the other way round, so that
 * what depends on them shows as unsteady and as nothing else.
 */
import type { Spec } from '../../core/spec.ts';
import type { Tree } from '../../core/tree.ts';
import { isAnswer, sameBehaviour, type Behaviour, type Observed } from '../../consensus/behaviour.ts';
import { runTrials } from '../../consensus/execute.ts';
import { keyOf } from '../../consensus/inputs.ts';
import { coordinatesOf, criterionTests, meets, type Coordinate } from '../../consensus/pool.ts';
import { compareOf } from '../../consensus/values.ts';
import type { AttackInput } from './boundaries.ts';
import type { PayloadClass } from './payloads.ts';
import { isRewrite } from './rewrite.ts';
import { inPairs, type Bench } from './suspicion.ts';

/** What one tree did on one coordinate in the two runs. */
export type Pair = readonly [Behaviour, Behaviour];

export interface Observation {
  coordinate: Coordinate;
  head: Pair;
  /** Null where base lacks the surface. */
  base: Pair | null;
}

export interface Sight {
  observations: Observation[];
  /** Base meets every frozen test: its other answers are then what the criteria confirmed. */
  confirmed: boolean;
  /** What an attacker aims at with an input, by its key. */
  payloads: Map<string, PayloadClass>;
  /** Keys of inputs that the generator drew. */
  drawn: Set<string>;
  /** Little of base is left: what nobody specified may then be treated in another way. */
  rewritten: boolean;
}

export async function look(spec: Spec, inputs: AttackInput[], { target, sandbox }: Bench): Promise<Sight> {
  const coordinates = coordinatesOf(criterionTests(spec), inputs);
  const ask = async (tree: Tree, salt: number, some = coordinates) => reallyRun((await runTrials({ spec, tree, trials: some.map((coordinate) => coordinate.trial), salt, strikes }, sandbox))[0] ?? []);
  const observations = target.surface.base ? await beside(coordinates, { target, spec, ask }) : await alone(coordinates, target.head, ask);
  const confirmed = observations.every((one) => one.coordinate.tests.every(({ test }) => one.base?.every((behaviour) => meets(test, behaviour, spec)) ?? false));
  const payloads = new Map(inputs.flatMap(({ trial, payload }) => (payload ? [[keyOf(trial), payload] as const] : [])));
  return { observations, confirmed: confirmed && criterionTests(spec).length > 0, payloads, drawn: new Set(inputs.flatMap((input) => (input.drawn ? [keyOf(input.trial)] : []))), rewritten: isRewrite(target) };
}

const strikes = 2;

type Ask = (tree: Tree, salt: number, some?: Coordinate[]) => Promise<Behaviour[]>;

async function alone(coordinates: Coordinate[], head: Tree, ask: Ask): Promise<Observation[]> {
  const [a = [], b = []] = await inPairs([0, 1], (salt) => ask(head, salt));
  return coordinates.map((coordinate, at) => ({ coordinate, head: pair(a[at], b[at]), base: null }));
}

/** Each tree under a hash seed and time zone of its own; where the two agree, neither depends on them. Only the others are asked again, the other way round. */
async function beside(coordinates: Coordinate[], { target, spec, ask }: { target: Bench['target']; spec: Spec; ask: Ask }): Promise<Observation[]> {
  const [head = [], base = []] = await inPairs([{ tree: target.head, salt: 0 }, { tree: target.base, salt: 1 }], ({ tree, salt }) => ask(tree, salt));
  const alike = (at: number) => { const [a, b] = [head[at], base[at]]; return a !== undefined && b !== undefined && isAnswer(a) && sameBehaviour(a, b, compareOf(spec)); };
  const open = coordinates.map((_, at) => at).filter((at) => !alike(at) || (coordinates[at]?.tests.length ?? 0) > 0);
  const again = open.flatMap((at) => coordinates[at] ?? []);
  const [other = [], before = []] = await inPairs([{ tree: target.head, salt: 1 }, { tree: target.base, salt: 0 }], ({ tree, salt }) => ask(tree, salt, again));
  const place = new Map(open.map((at, index) => [at, index]));
  return coordinates.map((coordinate, at) => { const index = place.get(at); return { coordinate, head: pair(head[at], index === undefined ? head[at] : other[index]), base: pair(index === undefined ? base[at] : before[index], base[at]) }; });
}

/** After so many time-outs the runner leaves the rest alone: what was not run is no evidence. */
function reallyRun(row: Observed[]): Behaviour[] {
  let late = 0;
  return row.map(({ behaviour }) => (behaviour.s === 'timeout' && ++late > strikes ? { s: 'unclear' } : behaviour));
}

const missing: Behaviour = { s: 'crash', why: 'not run' };
const pair = (first: Behaviour | undefined, second: Behaviour | undefined): Pair => [first ?? missing, second ?? missing];
