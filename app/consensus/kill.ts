/**
 * How well the pool watches the agreed code. A mutant is killed where it behaves unlike the winner on a pooled test or on an input on
 * which the winning families agreed. A mutant that lives is tried on held-out inputs, which the pool has never seen: one that differs
 * there is a real survivor and shows what the pool misses; one that differs nowhere is taken as equivalent and counted apart.
 */
import type { Sandbox } from '../core/ports/sandbox.ts';
import type { Spec } from '../core/spec.ts';
import type { Tree } from '../core/tree.ts';
import { isAnswer, sameBehaviour, type Behaviour, type Trial } from './behaviour.ts';
import { runTrials } from './execute.ts';
import type { Kept } from './kept.ts';
import type { Mutant } from './mutants.ts';
import { startsProgram } from './surfaces/cost.ts';
import { compareOf } from './values.ts';

export interface KillRequest {
  spec: Spec;
  tree: Tree;
  mutants: Mutant[];
  /** Trials of the pool and what the winner does on them. */
  pool: { trial: Trial; behaviour: Behaviour }[];
  /** Inputs that the pool does not hold. */
  heldOut: Trial[];
  kept?: Kept | undefined;
}

export interface KillReport {
  killed: number;
  survived: number;
  equivalent: number;
  /** killed / (killed + survived), two decimals; null without a mutant that differs at all. */
  score: number | null;
  /** For each pool trial, whether it kills some mutant in the first pass that ran it. */
  killing: Set<number>;
}

// A mutant of code that answers at once may loop; a short limit is enough to tell.
const cpuMs = 500;
const firstPass = 12;
const dearFirstPass = 4;

export async function killMutants(request: KillRequest, sandbox: Sandbox): Promise<KillReport> {
  const killing = new Set<number>();
  const indexed = request.pool.map((entry, index) => ({ ...entry, index })).filter((entry) => isAnswer(entry.behaviour));
  const originals = Object.fromEntries(request.mutants.flatMap((mutant) => Object.keys(mutant)).map((path) => [path, request.tree[path]?.content ?? '']));
  // Each variant names every file that any mutant changes: what an earlier one wrote is written over.
  const mutants = request.mutants.map((mutant) => ({ ...originals, ...mutant }));
  const first = startsProgram(request.spec) ? dearFirstPass : firstPass;
  const early = await alive(request, mutants, { entries: indexed.slice(0, first), sandbox, killing });
  const living = await alive(request, early, { entries: indexed.slice(first), sandbox, killing });
  const survivors = living.length - (await stillAlive({ ...request, mutants: living }, originals, sandbox)).length;
  const killed = request.mutants.length - living.length;
  const differing = killed + survivors;
  return { killed, survived: survivors, equivalent: living.length - survivors, score: differing === 0 ? null : Math.round((killed / differing) * 100) / 100, killing };
}

interface Pass {
  entries: { trial: Trial; behaviour: Behaviour; index: number }[];
  sandbox: Sandbox;
  killing: Set<number>;
}

async function alive(request: KillRequest, mutants: Mutant[], pass: Pass): Promise<Mutant[]> {
  if (mutants.length === 0 || pass.entries.length === 0) return mutants;
  const compare = compareOf(request.spec);
  const rows = await runTrials({ spec: request.spec, tree: request.tree, trials: pass.entries.map((entry) => entry.trial), variants: mutants, cpuMs, strikes: 1, kept: request.kept }, pass.sandbox);
  return mutants.filter((_, at) => {
    const hits = pass.entries.filter((entry, column) => differs(entry.behaviour, rows[at]?.[column]?.behaviour, compare));
    for (const hit of hits) pass.killing.add(hit.index);
    return hits.length === 0;
  });
}

// Near the limit says nothing about a mutant either.
function differs(winner: Behaviour, mutant: Behaviour | undefined, compare: ReturnType<typeof compareOf>): boolean {
  return mutant !== undefined && mutant.s !== 'unclear' && !sameBehaviour(winner, mutant, compare);
}

/** Those that differ on no held-out input; the winner's own behaviour there is observed in the same run, as one more variant. */
async function stillAlive(request: KillRequest, original: Mutant, sandbox: Sandbox): Promise<Mutant[]> {
  const { mutants } = request;
  if (mutants.length === 0 || request.heldOut.length === 0) return mutants;
  const compare = compareOf(request.spec);
  const [winner, ...rows] = await runTrials({ spec: request.spec, tree: request.tree, trials: request.heldOut, variants: [original, ...mutants], cpuMs, strikes: 1, kept: request.kept }, sandbox);
  return mutants.filter((_, at) => !request.heldOut.some((_trial, column) => {
    const known = winner?.[column]?.behaviour;
    return known !== undefined && isAnswer(known) && differs(known, rows[at]?.[column]?.behaviour, compare);
  }));
}
