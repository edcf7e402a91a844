/**
 * What a consensus costs beside model calls: three small Python candidates from spec to verdict, tests, inputs and mutants included. The
 * first run is reported apart (it finds the sandbox's grade). The floor is generous: the figure is for comparison on one machine.
 */
import { loadavg } from 'node:os';
import { textFile } from '../../app/core/tree.ts';
import { runConsensus } from '../../app/consensus/consensus.ts';
import { openSandbox } from '../../app/edges/sandbox/open.ts';
import type { BenchResult } from './main.ts';

const rounds = 3;
const limitMs = 60_000;

const codes = {
  anthropic: 'def price(total):\n    if total >= 100:\n        return total * 9 / 10\n    return total\n',
  openai: 'def price(amount):\n    discount = amount / 10 if not amount < 100 else 0\n    return amount - discount\n',
  google: 'def price(t):\n    return t * 0.9 if t > 100 else t\n',
};

export async function bench(): Promise<BenchResult> {
  const opening = performance.now();
  const sandbox = await openSandbox();
  const openMs = performance.now() - opening;
  const request = {
    spec: { version: 1 as const, id: 'bench', title: 'price', language: 'python' as const, surface: { kind: 'function' as const, module: 'solution.py', export: 'price' }, criteria: [{ id: 'AC1', text: 'ten percent off from 100 on', tests: [{ args: [50], expect: 50 }, { args: [200], expect: 180 }] }], timeoutMs: 1000 },
    base: {}, seed: 1, candidates: Object.entries(codes).map(([family, code]) => ({ id: family, family, model: 'recorded', patch: { 'solution.py': textFile(code) }, tests: [] })),
  };
  const times: number[] = [];
  const verdicts = new Set<string>();
  let inputs = 0;
  for (let round = 0; round < rounds; round += 1) {
    const result = await runConsensus(request, { sandbox });
    times.push(result.durationMs);
    verdicts.add(`${result.outcome} ${result.fingerprint}`);
    inputs = result.inputsRun;
  }
  const median = times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Infinity;
  return {
    name: 'consensus without model time', ok: median <= limitMs && verdicts.size === 1 && [...verdicts][0]?.startsWith('pass') === true,
    figures: { 'median, ms': median, 'slowest, ms': times.at(-1) ?? 0, 'opening the sandbox, ms': openMs, 'candidates': 3, 'inputs': inputs, 'different answers in all rounds': verdicts.size, 'sandbox': sandbox.grade.name, 'load of the machine': loadavg()[0] ?? 0 },
  };
}
