/**
 * What one comparison runs: frozen tests and builders' tests first, then small generated inputs, large ones, and the held-out inputs that
 * judge the pool. For a command the inputs come from the statement's input format; where none could be read they are mutations of the
 * examples, which never tell two candidates apart: such an input may break a precondition that nobody read.
 */
import { z } from 'zod';
import type { Spec } from '../core/spec.ts';
import type { Patch } from '../core/tree.ts';
import type { Trial } from './behaviour.ts';
import { stdinInputs, type StdinInputs } from './inputs/stdin-inputs.ts';
import { constrainedFor, keepValid, type Constrained } from './function-inputs/constrained.ts';
import { largeCalls } from './function-inputs/large.ts';
import { separatingInputs, type SeparatingRequest } from './function-inputs/separate.ts';
import { generateInputs, keyOf, type Input } from './inputs.ts';
import { minedLiterals } from './literals.ts';
import { builderTests, coordinatesOf, criterionTests, fits, type Coordinate } from './pool.ts';
import type { Prepared } from './request.ts';
import { startsProgram } from './surfaces/cost.ts';

export interface LargeTrial {
  trial: Trial;
  /** What was made extreme, for people. */
  kind: string;
  doubtful: boolean;
}

export interface Trials {
  coordinates: Coordinate[];
  /** The first so many coordinates carry tests; the others are generated inputs. */
  testCount: number;
  dropped: { id: string; why: string }[];
  heldOut: Trial[];
  /** Where the inputs come from: the statement's input format, the examples' shapes, or mutations of the examples. */
  source: 'grammar' | 'shapes' | 'mutation';
  /** Sentences of the statement that the generator could not use. */
  doubt: string[];
  large: Iterable<LargeTrial>;
  /** Several answers are right: agreement would be luck. */
  multiAnswer: boolean;
  /** Answers are fractions, compared within a tolerance. */
  floats: boolean;
}

const GivenText = z.union([z.string().transform((stdin) => ({ stdin })), z.strictObject({ stdin: z.string() })]);
const callCount = 120;
const separatingCount = 48;
const heldOutCount = 40;
const dearHeldOutCount = 6;

type Generated = Pick<Trials, 'source' | 'doubt' | 'large' | 'multiAnswer' | 'floats'> & { small: Input[]; heldOut: Trial[] };

export function trialsOf(input: Prepared): Trials {
  const frozen = criterionTests(input.spec);
  const own = builderTests(input.spec, input.candidates);
  const usable = own.filter((pooled) => fits(pooled.test, input.spec));
  const dropped = own.filter((pooled) => !usable.includes(pooled)).map((pooled) => ({ id: pooled.id, why: 'it does not fit the surface' }));
  const tests = coordinatesOf([...frozen, ...usable], []);
  // Only frozen examples teach the generators: a builder's test may itself be an invalid input.
  const generated = input.candidates.length < 2 ? nothing : input.spec.surface?.kind === 'cli' ? fromStatement(input) : fromShapes(input);
  const coordinates = coordinatesOf([...frozen, ...usable], generated.small);
  const known = new Set(coordinates.map((coordinate) => keyOf(coordinate.trial)));
  const heldOut = generated.heldOut.filter((trial) => !known.has(keyOf(trial))).slice(startsProgram(input.spec) ? -dearHeldOutCount : -heldOutCount);
  return { ...generated, coordinates, testCount: tests.length, dropped, heldOut };
}

const nothing: Generated = { source: 'shapes', doubt: [], large: [], multiAnswer: false, floats: false, small: [], heldOut: [] };

function fromShapes(input: Prepared): Generated {
  const examples = criterionTests(input.spec).map((pooled) => pooled.test);
  const request = { spec: input.spec, base: input.base, examples, literals: minedLiterals(input.spec, input.candidates.map((candidate) => candidate.patch)) };
  const heldOut = generateInputs({ ...request, seed: input.seed + 1, count: 2 * callCount });
  const small = generateInputs({ ...request, seed: input.seed, count: callCount });
  const asked = new Set([...examples, ...small.map(({ trial }) => trial)].map(keyOf));
  const apart = separatingPairs(input, { ...request, seed: input.seed, count: separatingCount, asked });
  const drawn = { small: [...small, ...apart], heldOut };
  if (input.spec.surface?.kind !== 'function') return { ...nothing, small: drawn.small, heldOut: heldOut.map(({ trial }) => trial) };
  const constrained = constrainedFor({ ...request, seed: input.seed, count: callCount });
  const large = { [Symbol.iterator]: () => largeCalls({ ...request, seed: input.seed, count: 0 }) };
  if (!constrained) return { ...nothing, small: drawn.small, heldOut: heldOut.map(({ trial }) => trial), large };
  const generated = withinConstraints(drawn, constrained, constrainedFor({ ...request, seed: input.seed + 1, count: callCount }));
  return constrained.isRead ? generated : { ...generated, large: { [Symbol.iterator]: () => [...large].map((one) => ({ ...one, doubtful: true })).values() } };
}

/** A function whose text states constraints: what is drawn within them comes first, then what examples and candidates suggest and the constraints allow. */
function withinConstraints(drawn: { small: Input[]; heldOut: Input[] }, stated: Constrained, other: Constrained | null): Generated {
  const known = new Set(stated.small.map(({ trial }) => keyOf(trial)));
  const kept = keepValid(drawn.small, stated).filter(({ trial }) => !known.has(keyOf(trial)));
  const heldOut = [...keepValid(drawn.heldOut, stated), ...(other?.small ?? [])].map(({ trial }) => trial);
  return { ...nothing, doubt: stated.doubt, multiAnswer: stated.multiAnswer, floats: stated.floats, small: [...stated.small, ...kept], heldOut, large: stated.large };
}

/** Inputs that may part any two candidates of different families, of every pair some. */
function separatingPairs({ candidates }: Prepared, request: Omit<SeparatingRequest, 'pair'>): Input[] {
  const pairs = candidates.flatMap((a, at) => candidates.slice(at + 1).filter((b) => b.family !== a.family).map((b): [Patch, Patch] => [a.patch, b.patch]));
  const each = Math.ceil(request.count / Math.max(1, pairs.length));
  return pairs.flatMap((pair) => separatingInputs({ ...request, pair, count: each }));
}

function fromStatement({ spec, seed }: Prepared): Generated {
  const drawn = statementInputs(spec, seed);
  const given = (spec.inputs ?? []).flatMap((one): Input[] => { const known = GivenText.safeParse(one); return known.success ? [{ trial: known.data, doubtful: false }] : []; });
  const small = [...given, ...drawn.small.map(({ stdin, doubtful }): Input => ({ trial: { stdin }, doubtful: doubtful || drawn.doubt.length > 0 }))];
  return { source: drawn.source, doubt: drawn.doubt, multiAnswer: drawn.multiAnswer, floats: drawn.floats, large: { [Symbol.iterator]: () => largeOf(drawn) }, small, heldOut: statementInputs(spec, seed + 1).small.map(({ stdin }) => ({ stdin })) };
}

function statementInputs(spec: Spec, seed: number): StdinInputs {
  const examples = criterionTests(spec).flatMap(({ test }) => ('stdin' in test ? [test] : []));
  const text = [spec.title, spec.text ?? '', ...spec.criteria.map((criterion) => criterion.text)].join('\n\n');
  return stdinInputs({ text, examples, seed });
}

/** Where the statement was not wholly understood, a limit may be missing: what is small then is no large input, whatever it was made for. */
function* largeOf({ large, doubt }: StdinInputs): Generator<LargeTrial> {
  for (const { stdin, kind, doubtful } of large) if (doubt.length === 0 || isBig(stdin)) yield { trial: { stdin }, kind, doubtful };
}

/** By its length, or by one number that a loop would feel. */
function isBig(text: string): boolean {
  return text.length >= 1000 || /\d{7}/.test(text);
}
