/**
 * Generated inputs for a program that reads stdin: many small ones that show its logic and a few large ones that show its cost. Pure and
 * deterministic in its arguments. Where no grammar can be read from the statement, the examples are mutated token by token, and every
 * such input is `doubtful`: it may break a precondition that nobody read, so it must never decide anything alone.
 */
import { stdinVariants } from '../stdin.ts';
import { answerKind } from './answer-kind.ts';

export type SmallKind = 'tiny' | 'boundary' | 'structured' | 'random' | 'mutation';

export interface SmallInput {
  stdin: string;
  /** It may lie outside the statement's preconditions: a crash or a difference on it is weak evidence. */
  doubtful: boolean;
  kind: SmallKind;
}

export interface LargeInput {
  stdin: string;
  /** What was made extreme, for people: "max; A constant high". */
  kind: string;
  /** White-space separated tokens. */
  size: number;
  /** 1 at the statement's limits (or the token budget), 4 and 40 that many times smaller. */
  rung: 1 | 4 | 40;
  doubtful: boolean;
}

export interface StdinInputs {
  source: 'grammar' | 'mutation';
  /** Sentences that could not be used, and invariants that were only guessed. Empty: everything that was read was understood. */
  doubt: string[];
  small: SmallInput[];
  /** Made one at a time while it is iterated, anew and equal for each iteration; empty where there is no grammar. */
  large: Iterable<LargeInput>;
  /** The statement accepts any of several answers: two right programs may differ. */
  multiAnswer: boolean;
  /** Answers are compared within a tolerance. */
  floats: boolean;
}

export interface StdinRequest {
  /** All of the statement: the spec's text and every criterion's. */
  text: string;
  examples: { stdin: string; expect?: string }[];
  language?: string;
  seed: number;
  /** The CPU limit per input, in ms: what "answer-sized" loops are scaled by. */
  timeoutMs: number;
  budget?: { small?: number; large?: number; tokens?: number };
}

export function stdinInputs(request: StdinRequest): StdinInputs {
  const { text, examples, seed, budget } = request;
  const small = stdinVariants(examples.map((example) => example.stdin), { seed, count: budget?.small ?? 64 });
  return {
    source: 'mutation', doubt: ['no input format could be read from the statement'], ...answerKind(text, examples), large: [],
    small: [...new Set(small)].map((stdin) => ({ stdin, doubtful: true, kind: 'mutation' })),
  };
}
