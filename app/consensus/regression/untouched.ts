/**
 * Behaviour that nobody asked to change. Functions that the base's modules offer and no criterion names are asked the same on the base and
 * on the candidate: what the base's own tests call them with, and calls generated from that and from annotations. An answer of the base
 * that the candidate does not give is a difference for a human to see. A function of which nothing tells what to call it with is left out.
 */
import type { ConsensusResult } from '../../core/candidate.ts';
import { isTest } from '../../core/test-paths.ts';
import { applyPatch, textOf, type Patch, type Tree } from '../../core/tree.ts';
import { callsInSource } from '../asserts.ts';
import { isAnswer, sameBehaviour, shown, type Trial } from '../behaviour.ts';
import { runTrials } from '../execute.ts';
import { generateInputs, keyOf } from '../inputs.ts';
import { minedLiterals } from '../literals.ts';
import type { Scene } from '../observe.ts';
import type { Decision } from '../quorum.ts';
import { exportedFunctions } from './exported.ts';

const extensions = { python: /\.py$/, javascript: /\.[cm]?js$/, typescript: /\.[cm]?ts$/ };
const mostFunctions = 8;
const callsEach = 24;

type Difference = ConsensusResult['dissent'][number];

/** A person must see it: it may be meant. */
export function untouchedDecision(differences: Difference[]): Decision {
  const names = differences.flatMap(({ input }) => (input !== null && typeof input === 'object' && 'untouched' in input ? [String(input.untouched)] : []));
  return { outcome: 'neutral', reason: `untouched behaviour changed: ${names.join(', ')} answers otherwise than on the base, and no criterion speaks of it` };
}

interface Untouched {
  module: string;
  name: string;
}

/** One difference for each function that answers otherwise, its smallest input first. */
export async function untouchedDifferences(winner: { id: string; patch: Patch }, scene: Scene, seed: number): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const target of untouchedFunctions(winner.patch, scene).slice(0, mostFunctions)) {
    const difference = await differenceOf(target, { winner, scene, seed });
    if (difference) found.push(difference);
  }
  return found;
}

/** In changed modules first, then in modules that name a changed one. */
function untouchedFunctions(patch: Patch, { spec, base }: Scene): Untouched[] {
  const modules = Object.keys(base).filter((path) => extensions[spec.language].test(path) && !isTest(path) && !path.endsWith('.d.ts')).sort();
  const changed = modules.filter((path) => patch[path] && textOf(patch[path] ?? undefined) !== textOf(base[path]));
  const stems = changed.map((path) => path.split('/').at(-1)?.replace(/\.\w+$/, '') ?? '');
  const users = modules.filter((path) => !changed.includes(path) && stems.some((stem) => new RegExp(`(?:import|require|from)\\b[^\\n]*\\b${stem.replace(/\W/g, '\\$&')}\\b`).test(textOf(base[path]) ?? '')));
  const said = JSON.stringify([spec.title, spec.text, spec.criteria, spec.surface]);
  return [...changed, ...users].flatMap((module) => exportedFunctions(textOf(base[module]) ?? '', spec.language).filter((name) => !new RegExp(`(?<![\\w$])${name.replace(/\$/g, '\\$')}(?![\\w$])`).test(said)).map((name) => ({ module, name })));
}

interface Asking {
  winner: { id: string; patch: Patch };
  scene: Scene;
  seed: number;
}

async function differenceOf({ module, name }: Untouched, { winner, scene, seed }: Asking): Promise<Difference | null> {
  const spec = { ...scene.spec, surface: { kind: 'function' as const, module, export: name }, title: name, text: '', criteria: [], inputs: [], compare: 'exact' as const };
  const examples = callsOf(name, scene).map((args) => ({ args, expect: null }));
  const drawn = generateInputs({ spec, base: scene.base, examples, literals: minedLiterals(spec, [{ [module]: scene.base[module] ?? null }]), seed, count: callsEach });
  const trials: Trial[] = [...examples.map(({ args }) => ({ args })), ...drawn.map(({ trial }) => trial)];
  if (trials.length === 0) return null;
  const run = (tree: Tree, salt: number) => runTrials({ spec, tree, trials, salt, cpuMs: 1500, kept: scene.kept }, scene.sandbox);
  const [before, again, after] = await Promise.all([run(scene.base, 0), run(scene.base, 1), run(applyPatch(scene.base, winner.patch), 0)]);
  const differing = trials.flatMap((trial, at) => {
    const [old, same, now] = [before, again, after].map((rows) => rows[0]?.[at]?.behaviour);
    if (!old || !same || !now || !isAnswer(old) || !sameBehaviour(old, same, 'exact') || now.s === 'unclear' || sameBehaviour(old, now, 'exact')) return [];
    return [{ trial, outputs: { base: shown(old), [winner.id]: shown(now) } }];
  });
  const [smallest] = differing.sort((a, b) => keyOf(a.trial).length - keyOf(b.trial).length || (keyOf(a.trial) < keyOf(b.trial) ? -1 : 1));
  return smallest ? { input: { untouched: `${module}#${name}`, ...smallest.trial }, outputs: smallest.outputs } : null;
}

/** Calls with literals in the base's tests and elsewhere in its code. */
function callsOf(name: string, { spec, base }: Scene): unknown[][] {
  const sources = Object.entries(base).filter(([path]) => extensions[spec.language].test(path)).sort(([a], [b]) => Number(isTest(b)) - Number(isTest(a)) || (a < b ? -1 : 1)).map(([, file]) => textOf(file) ?? '').filter((source) => source.includes(name));
  const calls = sources.flatMap((source) => callsInSource(source, name, spec.language)).filter((args) => args.length > 0);
  return [...new Map(calls.map((args) => [keyOf({ args }), args])).values()].slice(0, 12);
}
