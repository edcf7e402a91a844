import { describe, expect, it } from 'vitest';
import { confidenceModel, featureNames, probabilityOf, type Features } from './confidence.ts';
import { defaultConfidence } from './quorum.ts';

const none = Object.fromEntries(featureNames.map((name) => [name, 0])) as Features;
const usual: Features = { ...none, thirdFamily: 1, inputs: 1, publicTests: 0.5, mutation: 1, likeness: 0.3, length: 0.6 };

describe('confidence', () => {
  it('is a probability between the model’s floor and ceiling, for functions and for commands', () => {
    const { floor, ceiling } = confidenceModel();
    for (const kind of ['function', 'cli', 'http']) {
      for (const features of [none, usual, { ...usual, dissenters: 2, hard: 1, mutatedInputs: 1 }]) {
        expect(probabilityOf(features, kind)).toBeGreaterThanOrEqual(floor);
        expect(probabilityOf(features, kind)).toBeLessThanOrEqual(ceiling);
      }
    }
  });

  it('passes what three families agree on, and less where somebody dissents or the task is hard', () => {
    for (const kind of ['function', 'cli']) {
      expect(probabilityOf(usual, kind)).toBeGreaterThan(defaultConfidence);
      expect(probabilityOf({ ...usual, thirdFamily: 0, dissenters: 1, dissentAgreement: 0.8 }, kind)).toBeLessThan(probabilityOf(usual, kind));
      expect(probabilityOf({ ...usual, hard: 1 }, kind)).toBeLessThan(probabilityOf(usual, kind));
    }
  });

  it('takes mutated examples for less than inputs of the stated format, and large inputs for more than none', () => {
    const pair = { ...usual, thirdFamily: 0, dissenters: 1 };
    expect(probabilityOf({ ...pair, mutatedInputs: 1 }, 'cli')).toBeLessThan(probabilityOf(pair, 'cli'));
    expect(probabilityOf({ ...pair, medium: 1, largeInputs: 1 }, 'cli')).toBeGreaterThan(probabilityOf({ ...pair, medium: 1 }, 'cli'));
    expect(probabilityOf({ ...pair, medium: 1, largeInputs: 1 }, 'cli')).toBeGreaterThan(defaultConfidence);
  });
});
