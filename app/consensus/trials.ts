/** What one comparison runs: frozen tests, builders' tests and generated inputs, and the held-out inputs that judge the pool. */
import { generateInputs, keyOf } from './inputs.ts';
import { minedLiterals } from './literals.ts';
import { builderTests, coordinatesOf, criterionTests, fits, type Coordinate } from './pool.ts';
import type { Prepared } from './request.ts';

const inputCount = 64;
const heldOutCount = 40;

export function trialsOf(input: Prepared): { coordinates: Coordinate[]; dropped: { id: string; why: string }[]; heldOut: Coordinate['trial'][] } {
  const frozen = criterionTests(input.spec);
  const own = builderTests(input.spec, input.candidates);
  const usable = own.filter((pooled) => fits(pooled.test, input.spec));
  const dropped = own.filter((pooled) => !usable.includes(pooled)).map((pooled) => ({ id: pooled.id, why: 'it does not fit the surface' }));
  // Only frozen examples teach the generators: a builder's test may itself be an invalid input.
  const request = { spec: input.spec, examples: frozen.map((pooled) => pooled.test), literals: minedLiterals(input.spec, input.candidates.map((candidate) => candidate.patch)) };
  const coordinates = coordinatesOf([...frozen, ...usable], generateInputs({ ...request, seed: input.seed, count: input.candidates.length < 2 ? 0 : inputCount }));
  const known = new Set(coordinates.map((coordinate) => keyOf(coordinate.trial)));
  const heldOut = generateInputs({ ...request, seed: input.seed + 1, count: 4 * inputCount }).map((one) => one.trial).filter((trial) => !known.has(keyOf(trial)));
  return { coordinates, dropped, heldOut: heldOut.slice(-heldOutCount) };
}
