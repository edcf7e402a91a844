/**
 * The probability that an accepted change is right, from what was observed: a logistic model for functions, fitted on the development set by
 * `npm run bench:consensus -- --fit` and frozen in `confidence.json` with its date and the digest of its data. The development set holds no
 * commands: their weights are stated, not fitted, and so is what it lacks for functions (a stated difficulty, large inputs). The development
 * set is easier than contest tasks: there the figure is too high. Pure.
 */
import { z } from 'zod';
import model from './confidence.json' with { type: 'json' };

export const featureNames = ['thirdFamily', 'dissenters', 'failing', 'inputs', 'leftOut', 'publicTests', 'mutation', 'likeness', 'record', 'dissentAgreement', 'length', 'hard', 'medium', 'mutatedInputs', 'doubt', 'largeInputs'] as const;
export type FeatureName = (typeof featureNames)[number];
/** Each 0 to 1 or a small count; the names are those of `confidence.json`. */
export type Features = Record<FeatureName, number>;

const Weights = z.strictObject({ intercept: z.number(), weights: z.partialRecord(z.enum(featureNames), z.number()), words: z.string() });
const Model = z.strictObject({
  version: z.literal(1), fitted: z.string(), data: z.strictObject({ sha256: z.string(), accepted: z.number(), right: z.number() }),
  /** Fitted on the development set. */
  functions: Weights,
  /** Added to that where a spec states what the development set never does. */
  stated: z.partialRecord(z.enum(featureNames), z.number()),
  /** Stated as a whole. */
  commands: Weights,
  floor: z.number(), ceiling: z.number(),
  /** Measured false consensus: of so many accepted, so many were wrong. `difficulty` as specs state it. */
  rates: z.array(z.strictObject({ difficulty: z.string(), of: z.string(), accepted: z.number(), wrong: z.number() })),
});
export type ConfidenceModel = z.infer<typeof Model>;

export function confidenceModel(): ConfidenceModel {
  return Model.parse(model);
}

/** How often agreement was wrong where it was measured, the stated difficulty first, for people. */
export function ratesFor(difficulty: string | undefined, { rates }: ConfidenceModel = confidenceModel()): string {
  const stated = difficulty ?? 'not stated';
  const words = [...rates].sort((a, b) => Number(b.difficulty === stated) - Number(a.difficulty === stated)).map((one) => `difficulty ${one.difficulty}: ${one.wrong} of ${one.accepted} (${one.of})`);
  const unmeasured = rates.some((one) => one.difficulty === stated) ? [] : [`difficulty ${stated}: not measured`];
  return [...unmeasured, ...words].join('; ');
}

/** `kind` is the kind of surface. Three decimals; never outside the model's floor and ceiling: no set of tasks tells that an answer is certain. */
export function probabilityOf(features: Features, kind: string, { functions, stated, commands, floor, ceiling }: ConfidenceModel = confidenceModel()): number {
  const { intercept, weights } = kind === 'cli' ? commands : functions;
  const more = kind === 'cli' ? {} : stated;
  const sum = featureNames.reduce((total, name) => total + features[name] * ((weights[name] ?? 0) + (more[name] ?? 0)), intercept);
  return Math.round(Math.min(ceiling, Math.max(floor, 1 / (1 + Math.exp(-sum)))) * 1000) / 1000;
}
