/** Waits until a condition holds, moving a test clock on the way; fails loudly when it never does. */
import { setImmediate } from 'node:timers/promises';
import type { TestClock } from './clock.ts';

export async function until(condition: () => boolean | Promise<boolean>, moving?: { clock: TestClock; stepMs: number }): Promise<void> {
  for (let turn = 0; turn < 20_000; turn += 1) {
    if (await condition()) return;
    moving?.clock.advance(moving.stepMs);
    await setImmediate();
  }
  throw new Error(`never came true: ${condition.toString()}`);
}
