/**
 * The probability that an accepted change is right, from what was observed: a logistic model fitted on the development set by
 * `npm run bench:consensus -- --fit` and frozen in `confidence.json` with its date and the digest of its data. What the development set does
 * not hold (stated difficulty, commands, large inputs) has weights that are stated and not fitted. The development set is easier than
 * contest tasks: there the figure is too high. Pure.
 */
import { z } from 'zod';
import model from './confidence.json' with { type: 'json' };

/** Each 0 to 1 or a small count; the names are those of `confidence.json`. */
export type Features = Record<FeatureName, number>;
export const featureNames = ['thirdFamily', 'dissenters', 'failing', 'inputs', 'leftOut', 'publicTests', 'mutation', 'likeness', 'record', 'dissentAgreement', 'length', 'hard', 'medium', 'mutatedInputs', 'largeInputs'] as const;
export type FeatureName = (typeof featureNames)[number];

const Model = z.strictObject({
  version: z.literal(1), fitted: z.string(), data: z.strictObject({ sha256: z.string(), accepted: z.number(), right: z.number(), words: z.string() }),
  intercept: z.number(), weights: z.partialRecord(z.enum(featureNames), z.number()), stated: z.partialRecord(z.enum(featureNames), z.number()),
  floor: z.number(), ceiling: z.number(),
});
export type ConfidenceModel = z.infer<typeof Model>;

export function confidenceModel(): ConfidenceModel {
  return Model.parse(model);
}

/** Three decimals; never outside the model's floor and ceiling, because no set of tasks tells that an answer is certain. */
export function probabilityOf(features: Features, { intercept, weights, stated, floor, ceiling }: ConfidenceModel = confidenceModel()): number {
  const sum = featureNames.reduce((total, name) => total + features[name] * ((weights[name] ?? 0) + (stated[name] ?? 0)), intercept);
  return Math.round(Math.min(ceiling, Math.max(floor, 1 / (1 + Math.exp(-sum)))) * 1000) / 1000;
}
