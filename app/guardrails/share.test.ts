/** What the probes measured becomes one part of one whole, over all packages; where nothing was tried there is no number. */
import { expect, it } from 'vitest';
import { ToolAnswer } from '../core/tool-answer.ts';
import { shareOf } from './share.ts';

const answer = (data: unknown, state: 'clean' | 'crashed' = 'clean') => ToolAnswer.parse({ tool: 'probe', version: '', state, data });
const mutants = (killed: number, survived: number) => ({ applies: true, killed, survived: Array<string>(survived).fill('a mutant'), score: 1, minimum: 0.8 });

it('adds up mutants over packages, and properties with those that fell or were never run', () => {
  expect(shareOf({ mutation: answer(mutants(8, 2)) })).toEqual({ reached: 8, of: 10 });
  expect(shareOf({ mutation: answer({ packages: [{ folder: 'a', data: mutants(1, 1), why: null }, { folder: 'b', data: mutants(3, 0), why: null }, { folder: 'c', data: null, why: 'no lock' }] }) })).toEqual({ reached: 4, of: 5 });
  expect(shareOf({ properties: answer({ held: 2, falsified: [{}], failed: [], notRun: ['x'], seed: 1 }) })).toEqual({ reached: 2, of: 4 });
});

it('makes no number up', () => {
  for (const tools of [{}, { mutation: answer({ applies: false, why: 'no tests' }) }, { mutation: answer(mutants(0, 0)) }, { mutation: answer(mutants(8, 2), 'crashed') }, { properties: answer(null) }, { counterfactual: answer(mutants(1, 0)) }]) expect(shareOf(tools)).toBeNull();
});
