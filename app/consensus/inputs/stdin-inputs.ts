/**
 * Generated inputs for a program that reads stdin: many small ones that show its logic and a few large ones that show its cost. Pure and
 * deterministic in its arguments. Where no grammar can be read from the statement, the examples are mutated token by token, and every
 * such input is `doubtful`: it may break a precondition that nobody read, so it must never decide anything alone.
 */
import { stdinVariants } from '../stdin.ts';
import { analyse, type Model } from './analyse.ts';
import { answerKind } from './answer-kind.ts';
import { violated } from './check.ts';
import { makeInput } from './generate.ts';
import type { Node, Scope } from './grammar.ts';
import type { Plan } from './plan.ts';
import { printInput } from './print.ts';
import { randomOf } from './random.ts';
import { readInput } from './read.ts';
import { largePlans, smallPlans } from './variants.ts';

export type SmallKind = 'tiny' | 'boundary' | 'structured' | 'random' | 'mutation';

export interface SmallInput {
  stdin: string;
  /** It may lie outside the statement's preconditions: a crash or a difference on it is weak evidence. */
  doubtful: boolean;
  kind: SmallKind;
}

export interface LargeInput {
  stdin: string;
  /** What was made extreme, for people. */
  kind: string;
  /** White-space separated tokens. */
  size: number;
  /** 1 at the statement's limits (or the token budget), 4 and 40 about that many times smaller. */
  rung: 1 | 4 | 40;
  doubtful: boolean;
}

export interface StdinInputs {
  source: 'grammar' | 'mutation';
  /** Sentences that could not be used and rules that an example breaks: any input may be invalid. Empty: everything that was read was understood; inputs that leave what the examples share are `doubtful` themselves. */
  doubt: string[];
  /** What only makes the large inputs doubtful: names without an upper bound. */
  largeDoubt: string[];
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
  seed: number;
  budget?: { small?: number; large?: number; tokens?: number };
}

const tokensPerInput = 300_000;
/** More separate little: of what 96 tell apart, 64 tell 95 %. */
const smallCount = 96;

export function stdinInputs(request: StdinRequest): StdinInputs {
  const { text, examples, budget } = request;
  const kind = answerKind(text, examples);
  const model = analyse(text, examples.map((example) => example.stdin));
  const small = model ? smallInputs(model, request) : [];
  if (!model || small.length < 4) return { ...mutated(request), ...kind };
  return { source: 'grammar', doubt: model.doubt, largeDoubt: model.largeDoubt, small, ...kind, large: { [Symbol.iterator]: () => largeInputs(model, { seed: request.seed, most: budget?.large ?? 16, tokens: budget?.tokens ?? tokensPerInput }) } };
}

function mutated({ examples, seed, budget }: StdinRequest): Pick<StdinInputs, 'source' | 'doubt' | 'largeDoubt' | 'small' | 'large'> {
  const small = stdinVariants(examples.map((example) => example.stdin), { seed, count: budget?.small ?? smallCount });
  return { source: 'mutation', doubt: ['no input format could be read from the statement'], largeDoubt: [], large: [], small: [...new Set(small)].map((stdin) => ({ stdin, doubtful: true, kind: 'mutation' })) };
}

function smallInputs(model: Model, { seed, budget, examples }: StdinRequest): SmallInput[] {
  const wanted = budget?.small ?? smallCount;
  const found = new Map<string, SmallInput>();
  const known = new Set(examples.map((example) => example.stdin.trim()));
  for (const [at, { kind, plan }] of smallPlans(wanted * 2, hasKinds(model.nodes)).entries()) {
    if (found.size >= wanted) break;
    const scope = madeBy(model, plan, seed * 1000 + at);
    const stdin = scope ? printInput(model.nodes, scope) : null;
    if (scope && stdin !== null && !known.has(stdin.trim()) && !found.has(stdin) && isReadBack(model, stdin)) found.set(stdin, { stdin, kind, doubtful: breaksGuess(model, scope) });
  }
  return [...found.values()];
}

const hasKinds = (nodes: Node[]): boolean => nodes.some((node) => node.node === 'choice' || ((node.node === 'rows' || node.node === 'until') && hasKinds(node.body)));

const attempts = { small: 8, large: 3 };

/** Null where no attempt keeps all the rules. */
function madeBy(model: Model, plan: Plan, seed: number): Scope | null {
  for (let attempt = 0; attempt < (plan.sizes === 'most' ? attempts.large : attempts.small); attempt++) {
    // Where the shortest rows leave nothing to the first one, all are as long as each other.
    const scope = makeInput(model, attempt === 0 ? plan : { ...plan, lopsided: false }, randomOf(seed * 16 + attempt));
    if (scope) return scope;
  }
  return null;
}

function isReadBack(model: Model, stdin: string): boolean {
  const scope = readInput(stdin, model.nodes, model.kinds);
  return scope !== null && violated(scope, model.rules.filter((rule) => !rule.guessed), model.firsts) === null;
}

function breaksGuess(model: Model, scope: Scope): boolean {
  return violated(scope, model.rules.filter((rule) => rule.guessed), model.firsts) !== null;
}

/** Where a limit was not read, an input made for it may be small. */
function isSmallAfterAll({ largeDoubt }: Model, stdin: string): boolean {
  return largeDoubt.length > 0 && stdin.length < 1000 && !/\d{7}/.test(stdin);
}

function* largeInputs(model: Model, { seed, most, tokens }: { seed: number; most: number; tokens: number }): Generator<LargeInput> {
  const sizes = new Map<string, number>();
  const given = new Set<string>();
  const cased = model.nodes.some((node) => node.node === 'until' || (node.node === 'rows' && /case|test/i.test(node.name)));
  for (const [at, { rung, plan }] of largePlans(tokens).entries()) {
    if (plan.cases !== 'one' && !cased) continue;
    if (given.size >= most) return;
    const full = sizes.get(plan.name);
    if (rung > 1 && full === undefined) continue;
    const scope = madeBy(model, rung === 1 ? plan : { ...plan, tokens: Math.max(8, (full ?? tokens) / rung) }, seed * 1000 + 500 + at);
    if (!scope) continue;
    const stdin = printInput(model.nodes, scope);
    const size = stdin.split(/\s+/).length - 1;
    const print = `${stdin.length} ${stdin.slice(0, 4000)}`;
    if (isSmallAfterAll(model, stdin) || given.has(print)) continue;
    given.add(print);
    if (rung === 1) sizes.set(plan.name, size);
    yield { stdin, kind: plan.name, size, rung, doubtful: model.largeDoubt.length > 0 || breaksGuess(model, scope) };
  }
}
