import { describe, expect, it } from 'vitest';
import type { PromptLogEntry } from '../../app/core/ports/store.ts';
import type { StoreWorld } from './store.ts';
import { change7 } from './store-facts.ts';

const prompt: PromptLogEntry = {
  id: 'p1', job: 'j1', role: 'builder', family: 'openai', requestedModel: 'm', answeredModel: null, temperature: 0, promptSha256: 'a', contextSha256: null,
  tools: ['read'], prompt: 'hello', answer: null, problem: null, traceId: 't', ledgerId: null, at: 1, ms: 2,
};

export function smallCases(world: StoreWorld): void {
  describe('notes', () => {
    it('keep the last JSON value by subject and name', async () => {
      expect(await world.store.note(change7, 'a')).toBeNull();
      await world.store.putNote(change7, 'a', { x: [1, null] });
      await world.store.putNote(change7, 'b', 'text');
      await world.store.putNote(change7, 'a', { x: 2 });
      const again = await world.reopen();
      expect(await again.note(change7, 'a')).toEqual({ x: 2 });
      expect(await again.notes(change7)).toEqual({ a: { x: 2 }, b: 'text' });
    });
  });

  describe('limiter', () => {
    it('never gives more than a minute allows in any sixty seconds, and says how long to wait', async () => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => world.store.limiterTake('501', 1, 10)));
      expect(answers.filter((wait) => wait === 0)).toHaveLength(10);
      expect(answers.at(-1)).toBe(60_000);
      world.clock.advance(59_999);
      expect(await world.store.limiterTake('501', 1, 10)).toBe(1);
      world.clock.advance(1);
      expect(await world.store.limiterTake('501', 10, 10)).toBe(0);
    });

    it('waits only until enough has passed, keeps buckets apart and refuses what can never fit', async () => {
      await world.store.limiterTake('a', 6, 10);
      world.clock.advance(10_000);
      await world.store.limiterTake('a', 4, 10);
      expect(await world.store.limiterTake('a', 5, 10)).toBe(50_000);
      expect(await world.store.limiterTake('a', 7, 10)).toBe(60_000);
      expect(await world.store.limiterTake('b', 7, 10)).toBe(0);
      await expect(world.store.limiterTake('a', 11, 10)).rejects.toMatchObject({ code: 'LIMITER_COST_INVALID' });
      await expect(world.store.limiterTake('a', Number.NaN, 10)).rejects.toMatchObject({ code: 'LIMITER_COST_INVALID' });
    });

    it('a clock that jumps back blocks nobody', async () => {
      await world.store.limiterTake('a', 10, 10);
      world.clock.jump(world.clock.now() - 3_600_000);
      expect(await world.store.limiterTake('a', 10, 10)).toBe(0);
    });
  });

  describe('prompt log', () => {
    it('keeps every call once', async () => {
      await world.store.logPrompt(prompt);
      await world.store.logPrompt({ ...prompt, id: 'p2', job: 'j2' });
      await world.store.logPrompt({ ...prompt, answer: 'other' });
      expect(await world.store.prompts({ job: 'j1' })).toEqual([prompt]);
      expect(await world.store.prompts({})).toHaveLength(2);
    });
  });
}
