/** Asks again where the vendor said "not now" and nothing was spent: exponential back-off with jitter, the vendor's own wait if it named one. */
import type { ModelAnswer, ModelRequest, Models } from '../../core/model.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { ModelError } from './model-error.ts';

/** `attempts` in all, `totalMs` of waiting at most. */
export interface Patience {
  attempts: number;
  firstMs: number;
  totalMs: number;
  random(): number;
}

const defaults: Patience = { attempts: 4, firstMs: 1_000, totalMs: 60_000, random: Math.random };

export async function askPatiently(call: { models: Models; request: ModelRequest; clock: Clock; patience?: Partial<Patience> | undefined; signal?: AbortSignal | undefined }): Promise<ModelAnswer> {
  const patience = { ...defaults, ...call.patience };
  let waited = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call.models.ask(call.request, { signal: call.signal });
    } catch (thrown) {
      const wait = waitAfter(thrown, attempt, patience);
      if (wait === null || attempt >= patience.attempts || waited + wait > patience.totalMs) throw thrown;
      waited += wait;
      await call.clock.sleep(wait, call.signal);
      if (call.signal?.aborted) throw thrown;
    }
  }
}

/** Null where asking again could cost twice or cannot help. */
function waitAfter(thrown: unknown, attempt: number, patience: Patience): number | null {
  if (!(thrown instanceof ModelError) || !thrown.unspent) return null;
  if (thrown.code !== 'MODEL_RATE_LIMITED' && thrown.code !== 'MODEL_OVERLOADED') return null;
  return thrown.retryAfterMs ?? Math.round(patience.firstMs * 2 ** (attempt - 1) * (0.5 + patience.random()));
}
