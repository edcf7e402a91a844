/**
 * What an intent will cost and take, said before anyone approves it. `expected` is typical for its size, `ceiling` what cannot be passed by the
 * turns allowed; both are list prices without any discount for cached input, so they err upward.
 */
import { families, type Family } from '../../core/family.ts';
import type { MicroUsd } from '../../core/money.ts';
import { actualCost, listPrices, type PriceTable } from './prices.ts';

export interface Forecast {
  expected: MicroUsd;
  ceiling: MicroUsd;
  /** Builders work side by side, so this is the time of one. */
  minutes: number;
  priceVersion: string;
}

interface Work {
  /** Families that are asked; one without a key has none. */
  models: Partial<Record<Family, string>>;
  criteria: number;
  maxTurns: number;
}

// Per turn of an agent that sends its whole conversation again: about 9,000 tokens in and 1,200 out, a minute for three turns.
const turnTokens = { inputTokens: 9_000, outputTokens: 1_200, cacheReadTokens: 0, cacheWriteTokens: 0 };
const dearestTurn = { inputTokens: 60_000, outputTokens: 16_000, cacheReadTokens: 0, cacheWriteTokens: 0 };
const turnsPerMinute = 3;
/** Planner, auditor, saboteur and acceptance: single questions, twice where an answer is corrected. */
const singleQuestions = 8;

export function forecastOf(work: Work, prices: PriceTable = listPrices): Forecast {
  const asked = families.flatMap((family) => (work.models[family] ? [[family, work.models[family]] as const] : []));
  const turns = Math.min(work.maxTurns, 5 + 2 * work.criteria);
  const perFamily = (tokens: typeof turnTokens, count: number) => asked.reduce((sum, [family, model]) => sum + count * actualCost(prices, { family, model }, tokens), 0);
  return {
    expected: perFamily(turnTokens, turns) + Math.ceil((perFamily(turnTokens, 1) * singleQuestions) / Math.max(1, asked.length)),
    ceiling: perFamily(dearestTurn, work.maxTurns) + Math.ceil((perFamily(dearestTurn, 1) * singleQuestions) / Math.max(1, asked.length)),
    minutes: Math.ceil(turns / turnsPerMinute) + 2,
    priceVersion: prices.version,
  };
}
