import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';
import { targets, type Target } from './targets.ts';

const all = await targets();

describe('what reads a stranger\'s bytes', () => {
  it('neither crashes, nor hangs, nor accepts what nobody signed, over some thousand cases', () => {
    const { tallies, failures } = fuzz(all, { seed: 1, from: 0, to: 4000 });
    expect(failures).toEqual([]);
    for (const { target, runs, slowestMs } of tallies) {
      expect(runs, target).toBeGreaterThan(100);
      expect(slowestMs, target).toBeLessThan(10_000);
    }
    // Mutants that say the same are still accepted, or the fuzzer would only knock at the first door.
    for (const name of ['bundle of a key', 'bundle of a workflow', 'statement', 'SBOM', 'configuration', 'comment']) expect(tallies.find(({ target }) => target === name)?.accepted, name).toBeGreaterThan(0);
  });

  it('is reported where it does crash, and where it accepts too much', () => {
    const seeds = [Buffer.from('{"a":1}')];
    const crash: Target = { name: 'crash', share: 1, seeds, words: ['x'], take: () => { throw new TypeError('oops'); } };
    expect(fuzz([crash], { seed: 1, from: 0, to: 3 }).failures).toMatchObject([{ target: 'crash', index: 0, what: expect.stringContaining('oops') }, { index: 1 }, { index: 2 }]);
    const key = all.find(({ name }) => name === 'bundle of a key')!;
    const forged = Buffer.from(key.seeds[0]!.toString().replace('"payload":"', '"payload":"AAAA'));
    expect(key.take(forged)).toBe('refused');
    expect(key.take(key.seeds[0]!)).toBe('accepted');
  });

  it('comes to the same with the same seed', () => {
    const text = all.filter(({ name }) => name === 'comment');
    const accepted = () => fuzz(text, { seed: 7, from: 0, to: 200 }).tallies.map((each) => each.accepted);
    expect(accepted()).toEqual(accepted());
  });
});
