import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startModels, type ModelWorld } from '../../test/world/models.ts';
import { memoryPurse, steppingClock } from '../../test/world/purse.ts';
import type { Models } from '../core/model.ts';
import { families } from '../core/family.ts';
import { usd } from '../core/money.ts';
import type { Sandbox } from '../core/ports/sandbox.ts';
import { anthropicModels } from '../edges/models/anthropic.ts';
import { googleModels } from '../edges/models/google.ts';
import { meteredModels } from '../edges/models/metered.ts';
import { openaiModels } from '../edges/models/openai.ts';
import { runBuild } from './builder.ts';
import { here as plain, input, models, right, silent, tests, wrong } from './builder/builds.fixture.ts';

// Every folder in which tests ran, to see that none stays.
const folders: string[] = [];
const here: Sandbox = { ...plain, run: (request) => { folders.push(request.workdir); return plain.run(request); } };
type Input = ReturnType<typeof input>;

let world: ModelWorld;
beforeAll(async () => { world = await startModels(); });
afterAll(() => world.stop());

const purseModels = (cap = usd(50)) => {
  const purse = memoryPurse();
  const vendors = {
    anthropic: anthropicModels({ apiKey: 'none', baseUrl: world.anthropicUrl }), openai: openaiModels({ apiKey: 'none', baseUrl: world.openaiUrl }), google: googleModels({ apiKey: 'none', baseUrl: world.googleUrl }),
  };
  return { purse, models: meteredModels({ vendors, ledger: purse.ledger, promptLog: purse.promptLog, clock: steppingClock(), project: 'intent:1#1', job: 'build-1', cap, traceId: 't' }) };
};
const build = (job: Input, models: Models = purseModels().models) => runBuild(job, { models, sandbox: here, log: silent });
const call = (name: string, args: Record<string, unknown> = {}) => ({ name, arguments: args });
const write = (path: string, content: string) => call('write_file', { path, content });

describe('the builder', () => {
  it.each(families)('writes, tests, fixes and submits as %s', async (family) => {
    world.script.builder({ family, firstTry: { 'src/discount.mjs': wrong }, files: { 'src/discount.mjs': right, 'test/more.test.mjs': '// more\n' }, tests });
    const output = await build(input(family));
    expect(output).toMatchObject({ outcome: 'pass', turns: 6, candidate: { id: `candidate-${family}`, family, model: models[family], tests } });
    expect(output.testRuns.map((run) => run.passed)).toEqual([false, true]);
    expect(Object.keys(output.candidate?.patch ?? {}).sort()).toEqual(['src/discount.mjs', 'test/more.test.mjs']);
    expect(output.candidate?.patch['src/discount.mjs']?.content).toBe(right);
  });

  it('leaves no folder behind', () => {
    expect(folders.length).toBeGreaterThan(0);
    expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => folders.some((folder) => folder.endsWith(`/${name}`)))).toEqual([]);
  });

  it('refuses paths that leave the repository or judge the change, and goes on', async () => {
    const bad = ['../outside.txt', '/etc/passwd', '.github/workflows/ci.yml', 'src/../../x', '.git/hooks/pre-commit', '.husky/pre-commit', 'package-lock.json', 'test/discount.test.mjs', 'vitest.config.ts', '.npmrc', 'CLAUDE.md', 'src/discount.mjs/x', 'src', '__proto__'];
    world.script.turns({ role: 'builder', family: 'openai', turns: [
      { calls: [...bad.map((path) => write(path, 'x')), write('package.json', '{"type":"module","scripts":{"test":"true"}}')] },
      { calls: [write('src/discount.mjs', right)] }, { calls: [call('run_tests')] }, { calls: [call('submit', { summary: 's', tests })] },
    ] });
    const output = await build(input('openai'));
    expect(output.outcome).toBe('pass');
    expect(Object.keys(output.candidate?.patch ?? {})).toEqual(['src/discount.mjs']);
    const sent = JSON.stringify(world.journal().filter((one) => one.role === 'builder').at(-1)?.body);
    for (const path of [...bad, 'package.json']) expect(sent).toContain(`"${path}\\" was not written`.replace(/^"/, '\\"'));
  });

  it('accepts no submission that its tests do not carry', async () => {
    const submit = call('submit', { summary: 's', tests });
    world.script.turns({ role: 'builder', family: 'google', turns: [
      { calls: [submit] }, { calls: [write('src/discount.mjs', right)] }, { calls: [call('run_tests')] }, { calls: [write('src/discount.mjs', wrong)] }, { calls: [submit] },
      { calls: [call('run_tests')] }, { calls: [submit] }, { calls: [call('submit', { summary: 's', tests: [] })] }, { calls: [call('no_such_tool')] }, { calls: [call('read_file', { path: 'nowhere' })] },
    ] });
    const output = await build(input('google', { maxTurns: 8 }));
    expect(output).toMatchObject({ outcome: 'fail', turns: 8 });
    expect(output.reason).toContain('its tests fail');
    expect(output.candidate?.tests).toEqual([]);
  });

  it('ends at its turn limit when the model only talks', async () => {
    world.script.text({ role: 'builder', family: 'anthropic', text: 'I would start by reading the code.' });
    expect(await build(input('anthropic', { maxTurns: 3 }))).toMatchObject({ outcome: 'fail', turns: 3, candidate: null, reason: expect.stringContaining('never ran') });
  });

  it('keeps what it has when the budget runs out in the middle', async () => {
    world.script.builder({ family: 'anthropic', firstTry: { 'src/discount.mjs': wrong }, files: { 'src/discount.mjs': right }, tests });
    const rich = purseModels();
    await build(input('anthropic'), rich.models);
    const bills = [...rich.purse.entries.values()];
    // Just too little for the fourth call, after the wrong try was written and tested.
    const cap = bills.slice(0, 3).reduce((sum, bill) => sum + (bill.settled ?? 0), 0) + bills[3]!.reserved - 1;
    const { models: limited, purse } = purseModels(cap);
    const output = await build(input('anthropic'), limited);
    expect(output.outcome).toBe('error');
    expect(output.reason).toMatch(/^BUDGET_EXCEEDED: /);
    expect(output.turns).toBe(3);
    expect(output.testRuns).toHaveLength(1);
    expect(output.candidate?.patch['src/discount.mjs']?.content).toBe(wrong);
    expect(purse.peak()).toBeLessThanOrEqual(cap);
  });

  it('carries out nothing of an answer that was cut off', async () => {
    const cut = { text: '', toolCalls: [{ id: '1', name: 'write_file', arguments: { path: 'src/discount.mjs', content: 'half' } }], model: 'gpt-5.4', stop: 'length' as const, usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 } };
    expect(await build(input('openai', { maxTurns: 2 }), { ask: async () => cut })).toMatchObject({ outcome: 'fail', candidate: null });
  });

  it('does not count a build that another model took over', async () => {
    world.script.builder({ family: 'openai', files: { 'src/discount.mjs': right }, tests });
    world.script.fail({ family: 'openai', role: 'builder', with: { kind: 'model-change', model: 'gpt-5.4-mini' } });
    const { models: own, purse } = purseModels();
    expect(await build(input('openai'), own)).toMatchObject({ outcome: 'error', reason: expect.stringMatching(/^MODEL_CHANGED: /) });
    expect(purse.log[0]?.problem?.code).toBe('MODEL_CHANGED');
    world.script.heal();
  });

  it('ends in error when the vendor is gone', async () => {
    world.script.fail({ family: 'google', with: { kind: 'outage' } });
    expect(await build(input('google'))).toMatchObject({ outcome: 'error', reason: expect.stringMatching(/^MODEL_UNAVAILABLE: /), turns: 0 });
    world.script.heal();
  });
});
