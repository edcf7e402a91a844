/** Settles calls whose work has ended at what was reserved for them, which is their worst case: from then on the ledger is complete again. Written off once each. */
import type { StepResult, WriteOff } from '../core/step.ts';
import type { StepContext } from './context.ts';

const nothingCounted = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

export async function writeOff({ calls }: WriteOff, { store, subject, trace }: StepContext): Promise<StepResult> {
  let result: StepResult = 'unchanged';
  for (const { id, reserved } of calls) {
    const once = `call ${id} written off`;
    await store.settle(id, reserved, nothingCounted);
    if (await store.appendOnce(once, { actor: 'assay', action: 'cost.written_off', subject, detail: { call: id, microUsd: reserved, once, trace } }) === 'created') result = 'updated';
  }
  return result;
}
