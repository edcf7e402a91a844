/** What an attacker hands to the verifier: a claim, the program that shows it, and the oracle in code that judges it. Never an opinion. */
import type { SabotageFinding } from '../../core/job.ts';
import type { Sandbox } from '../../core/ports/sandbox.ts';
import type { Spec } from '../../core/spec.ts';
import type { Tree } from '../../core/tree.ts';
import type { Behaviour, Trial } from '../../consensus/behaviour.ts';

/** A program beside the files of a tree: it exits 0 where the claim does not hold there. */
export interface Program {
  kind: 'sh' | 'mjs' | 'py';
  text: string;
}

export interface Suspicion {
  class: SabotageFinding['class'];
  /** O1 against base or a criterion, O2 robustness, O3 canary, O4 protected path, O5 time, O6 tests tampered with, O7 tests that let a forbidden mutant live. */
  oracle: 'O1' | 'O2' | 'O3' | 'O4' | 'O5' | 'O6' | 'O7';
  /** Where it shows: the surface, or a path. With oracle and criterion it tells findings apart. */
  place: string;
  criterion: string | null;
  claim: string;
  input: unknown;
  expected: unknown;
  actual: unknown;
  program: Program;
  /** The same question to the guarded runner, whose comparison happens outside the program's process; null where the program is all. */
  trial: TrialOracle | null;
  /** Only a tree with the surface can show it. */
  onSurface: boolean;
  /** A generated input, of which a smaller one would do as well. */
  shrinks?: true;
}

/** Judges five behaviours of one tree, each from a fresh start; answers how many violate. */
export interface TrialOracle {
  trial: Trial;
  violations(behaviours: Behaviour[]): number;
}

/** One change under attack. */
export interface Target {
  spec: Spec | null;
  base: Tree;
  head: Tree;
  /** Whether base and head have the spec's surface at all. */
  surface: { base: boolean; head: boolean };
}

export interface Bench {
  target: Target;
  sandbox: Sandbox;
  seed: number;
}

/** Two sandboxes at once, as the machine has cores. */
export async function inPairs<A, B>(items: A[], work: (item: A) => Promise<B>): Promise<B[]> {
  const done: B[] = [];
  for (let at = 0; at < items.length; at += 2) done.push(...(await Promise.all(items.slice(at, at + 2).map(work))));
  return done;
}
