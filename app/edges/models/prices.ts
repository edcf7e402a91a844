/**
 * What a call costs, from a dated table (`prices.json`, list prices of the vendors). Amounts are whole micro-dollars, rounded up. A model that the
 * table does not know has no price and is not called: MODEL_PRICE_UNKNOWN.
 */
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { families, type Family } from '../../core/family.ts';
import { isSameModel } from '../../core/model-id.ts';
import type { ModelAnswer, ModelRequest } from '../../core/model.ts';
import type { MicroUsd } from '../../core/money.ts';
import listed from './prices.json' with { type: 'json' };

const amount = z.number().int().positive();
const Rates = z.strictObject({ input: amount, output: amount, cacheRead: amount, cacheWrite: amount });
/** `long`: the rates of a whole request whose input has more than `above` tokens. */
const Price = Rates.extend({ family: z.enum(families), long: Rates.extend({ above: z.number().int().positive() }).optional() });
export const PriceTable = z.strictObject({ version: z.string().min(1), unit: z.literal('micro-USD per million tokens'), sources: z.array(z.string()), models: z.record(z.string(), Price) });
export type PriceTable = z.infer<typeof PriceTable>;

export const listPrices: PriceTable = PriceTable.parse(listed);

/** What a forecast and the ledger's reservation assume: bytes bound tokens from above, and vendors add hidden tokens for tools and turns. */
const hiddenTokens = 2_000;
const hiddenTokensPerPart = 60;

/** The most this request can cost, whatever the vendor counts. */
export function worstCase(table: PriceTable, request: ModelRequest): MicroUsd {
  const tokens = inputTokenBound(request);
  const rates = ratesOf(table, request, tokens);
  return cost(tokens, Math.max(rates.input, rates.cacheWrite)) + cost(request.maxOutputTokens, rates.output);
}

/** A token is at least one byte of UTF-8 in the tokenizers of all three vendors. */
export function inputTokenBound(request: ModelRequest): number {
  const bytes = Buffer.byteLength(JSON.stringify([request.system, request.messages, request.tools, request.schema ?? null]));
  return bytes + hiddenTokens + hiddenTokensPerPart * (request.messages.length + request.tools.length);
}

/** What this answer cost by the vendor's own counts. */
export function actualCost(table: PriceTable, request: Pick<ModelRequest, 'model' | 'family'>, usage: ModelAnswer['usage']): MicroUsd {
  const rates = ratesOf(table, request, usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens);
  return cost(usage.inputTokens, rates.input) + cost(usage.outputTokens, rates.output) + cost(usage.cacheReadTokens, rates.cacheRead) + cost(usage.cacheWriteTokens, rates.cacheWrite);
}

/** Throws MODEL_PRICE_UNKNOWN: nothing is ever free because it is not in a table. */
function ratesOf(table: PriceTable, request: { model: string; family: Family }, inputTokens: number): z.infer<typeof Rates> {
  const price = table.models[request.model] ?? Object.entries(table.models).find(([name]) => isSameModel(name, request.model))?.[1];
  if (!price || price.family !== request.family) {
    throw new AssayError('MODEL_PRICE_UNKNOWN', `the price table ${table.version} has no price for the ${request.family} model "${request.model}"`, {
      remedy: `Choose a model that it lists (${Object.keys(table.models).join(', ')}), or add the price with its date.`,
    });
  }
  return price.long && inputTokens > price.long.above ? price.long : price;
}

function cost(tokens: number, microUsdPerMillion: number): MicroUsd {
  return Math.ceil((tokens * microUsdPerMillion) / 1_000_000);
}
