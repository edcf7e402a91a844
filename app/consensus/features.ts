/** The features of one comparison, as numbers: what the confidence is computed from. Nothing in here looks at a label or a clock. */
import type { Candidate } from '../core/candidate.ts';
import { textOf } from '../core/tree.ts';
import type { Features } from './confidence.ts';
import { likenessOf } from './dependence.ts';
import { standingOf } from './record.ts';
import type { Prepared } from './request.ts';
import type { Sighting } from './observe.ts';

export interface Observation {
  input: Prepared;
  seen: Sighting[];
  /** The cluster that would ship, after both votes. */
  members: Sighting[];
  winner: Candidate;
  /** Distinct families with independent texts. */
  independent: number;
  inputs: { run: number; counted: number; source: string; doubt: number; large: number };
  frozenTests: number;
  mutationScore: number | null;
  agreement: Record<string, number>;
}

export function featuresOf(one: Observation): Features {
  const { input, seen, members, winner, inputs } = one;
  const outside = seen.filter((sighting) => !members.includes(sighting));
  const dissenters = outside.filter((sighting) => sighting.contender);
  const code = Object.values(winner.patch).map((file) => (file ? textOf(file) ?? '' : '')).join('\n');
  return {
    thirdFamily: Number(one.independent >= 3),
    dissenters: Math.min(2, dissenters.length),
    failing: Math.min(2, outside.length - dissenters.length),
    inputs: scaled(inputs.counted, 64),
    leftOut: inputs.run === 0 ? 0 : rounded(1 - inputs.counted / inputs.run),
    publicTests: scaled(one.frozenTests, 8),
    mutation: one.mutationScore ?? 0.9,
    likeness: rounded(likenessOf(members.map(({ candidate }) => candidate), input)),
    record: rounded(Math.max(...members.map(({ candidate }) => standingOf(input.record, candidate, input.spec.surface?.kind ?? '').mean))),
    dissentAgreement: Math.max(0, ...dissenters.map(({ candidate }) => agreementWith(candidate.id, winner.id, one.agreement))),
    length: scaled((code.match(/\w+/g) ?? []).length, 400),
    hard: Number(input.spec.difficulty === 'hard'),
    medium: Number(input.spec.difficulty === 'medium'),
    mutatedInputs: Number(inputs.source === 'mutation'),
    doubt: Number(inputs.source === 'grammar' && inputs.doubt > 0),
    largeInputs: Number(inputs.large > 0),
  };
}

function agreementWith(a: string, b: string, agreement: Record<string, number>): number {
  return agreement[a < b ? `${a}~${b}` : `${b}~${a}`] ?? 0;
}

/** Logarithmic, 1 at `full` and beyond. */
function scaled(n: number, full: number): number {
  return rounded(Math.min(1, Math.log1p(n) / Math.log1p(full)));
}

const rounded = (n: number): number => Math.round(n * 1e4) / 1e4;
