/**
 * Builders through command line agents, from the prompt to the candidate: in the sandbox, with the gateway's socket and nothing else. The vendors' own
 * programs where they are installed (`assay tools install claude codex gemini`), and a stand-in that speaks the same protocol everywhere.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBuild } from '../../app/agents/builder.ts';
import { input, models, right, silent, tests, wrong } from '../../app/agents/builder/builds.fixture.ts';
import type { BuildOutput } from '../../app/core/job.ts';
import type { AgentCli } from '../../app/core/ports/agent-cli.ts';
import type { Family } from '../../app/core/family.ts';
import { localExecutor } from '../../app/edges/executor/local.ts';
import { openAgents, type AgentWorld } from '../world/agents.ts';
import type { Call } from '../world/models-script.ts';
import { describeWith, testWith } from '../tools.ts';

let world: AgentWorld;
beforeAll(async () => { world = await openAgents(); });
afterAll(() => world.close());

const never = { ask: () => Promise.reject(new Error('a builder through its agent asks through the agent alone')) };
let jobs = 0;
const grantFor = (family: Family) => world.grant(`build-${jobs += 1}`, family, models[family]);

function build(family: Family, cli: AgentCli, signal?: AbortSignal): Promise<BuildOutput> {
  return runBuild(input(family, { via: 'cli', testCommand: ['node', 'test/discount.test.mjs'] }), { models: never, sandbox: world.sandbox, log: silent, agentCli: () => cli, signal });
}

/** How each agent's own tool writes a file. */
const writes: Record<Family, (path: string, text: string) => Call> = {
  anthropic: (path, content) => ({ name: 'Write', arguments: { file_path: `/work/repo/${path}`, content } }),
  openai: (path, text) => ({ name: 'exec_command', arguments: { cmd: `cat > ${path} <<'END'\n${text}END\n` } }),
  google: (path, content) => ({ name: 'write_file', arguments: { file_path: `/work/repo/${path}`, content } }),
};
const submission = `${JSON.stringify({ summary: 's', tests })}\n`;

describe('the vendors\' own agents', () => {
  const agents = { anthropic: 'claude', openai: 'codex', google: 'gemini' } as const;
  for (const family of ['anthropic', 'openai', 'google'] as const) {
    testWith([agents[family]], `${agents[family]} builds`)(`${agents[family]} writes, is metered, and its work passes our own test run`, { timeout: 180_000 }, async () => {
      world.models.script.turns({ role: 'builder', family, turns: [{ calls: [writes[family]('src/discount.mjs', right)] }, { calls: [writes[family]('assay-submission.json', submission)] }, { text: 'Done.' }] });
      const before = world.purse.log.length;
      const output = await build(family, world.real(family, grantFor(family)));
      expect(output).toMatchObject({ outcome: 'pass', turns: 1, candidate: { family, model: models[family], tests } });
      expect(Object.keys(output.candidate!.patch)).toEqual(['src/discount.mjs']);
      const calls = world.purse.log.slice(before);
      expect(calls.map((call) => call.answeredModel)).toEqual([models[family], models[family], models[family]]);
      expect([...world.purse.entries.values()].slice(-3).every((entry) => entry.settled !== null && entry.settled > 0 && entry.settled < entry.reserved)).toBe(true);
    });
  }
});

describe('a worker that builds through an agent', () => {
  testWith(['codex', 'util-linux'], 'codex in a worker')('codex in a worker of the local executor, with nothing but the job on its standard input', { timeout: 180_000 }, async () => {
    world.models.script.turns({ role: 'builder', family: 'openai', turns: [{ calls: [writes.openai('src/discount.mjs', right)] }, { calls: [writes.openai('assay-submission.json', submission)] }, { text: 'Done.' }] });
    const job = { kind: 'build' as const, input: input('openai', { via: 'cli', testCommand: ['node', 'test/discount.test.mjs'] }) };
    const answer = await localExecutor().run(job, { id: 'worker-1', gateway: grantFor('openai'), deadlineMs: 120_000, fork: false });
    expect(answer).toMatchObject({ ok: true, output: { outcome: 'pass', turns: 1, candidate: { family: 'openai', tests } } });
  });
});

describeWith(['util-linux'], 'an agent in its sandbox', () => {
  const standIn = (body: string) => world.standIn(body, grantFor('anthropic'));
  const good = `await (await ask()).text(); fs.writeFileSync('src/discount.mjs', ${JSON.stringify(right)}); submit();`;
  beforeAll(() => world.models.script.text({ role: 'builder', family: 'anthropic', text: 'Done.' }));

  it('is sent back with the output of the failing tests, and its second run counts', async () => {
    const body = `await (await ask()).text();
      const again = prompt.includes('the tests of the repository fail');
      if (again && !prompt.includes('AssertionError')) throw new Error('no output');
      fs.writeFileSync('src/discount.mjs', again ? ${JSON.stringify(right)} : ${JSON.stringify(wrong)}); submit();`;
    const output = await build('anthropic', standIn(body));
    expect(output).toMatchObject({ outcome: 'pass', turns: 2 });
    expect(output.testRuns.map((run) => run.passed)).toEqual([false, true]);
  });

  it('is sent back at most three times, and what it wrote is kept without counting', async () => {
    const output = await build('anthropic', standIn(`await (await ask()).text(); fs.writeFileSync('src/discount.mjs', ${JSON.stringify(wrong)}); submit();`));
    expect(output).toMatchObject({ outcome: 'fail', turns: 4, reason: expect.stringContaining('its tests fail') });
    expect(output.candidate?.patch['src/discount.mjs']?.content).toBe(wrong);
  });

  it.each([
    ['nothing is handed in', '', /there is no assay-submission\.json/],
    ['what is handed in is no JSON', "fs.writeFileSync('assay-submission.json', 'Sure! Here it is');", /is not JSON/],
    ['what is handed in has another form', "fs.writeFileSync('assay-submission.json', '{\"summary\":\"s\",\"tests\":[]}');", /does not have the asked form/],
    ['a test does not fit the surface', "submit([{ stdin: 'x', expect: 'y' }]);", /does not fit the surface/],
    ['files are written where none may be', "submit(); fs.mkdirSync('.github/workflows', { recursive: true }); fs.writeFileSync('.github/workflows/x.yml', 'on: push'); fs.writeFileSync('CLAUDE.md', 'x');", null],
  ])('%s: it hears of it and nothing of it is taken', async (_what, also, told) => {
    const body = `await (await ask()).text(); fs.writeFileSync('src/discount.mjs', ${JSON.stringify(right)}); if (prompt.includes('Your earlier work')) { if (${told ? `!${told}.test(prompt)` : 'false'}) process.exit(3); fs.rmSync('assay-submission.json', { force: true }); submit(); } else { ${also} }`;
    const output = await build('anthropic', standIn(body));
    expect(output).toMatchObject({ outcome: 'pass', turns: told ? 2 : 1 });
    expect(Object.keys(output.candidate!.patch)).toEqual(['src/discount.mjs']);
  });

  it('links, devices, deletions and files that are too large are not taken', async () => {
    const body = `await (await ask()).text(); fs.writeFileSync('src/discount.mjs', ${JSON.stringify(right)}); submit();
      fs.symlinkSync('/etc/passwd', 'src/passwd'); fs.writeFileSync('src/large.mjs', Buffer.alloc(3 * 1024 * 1024, 97)); fs.rmSync('test', { recursive: true });
      fs.mkdirSync('src/a'); fs.symlinkSync('/work/home', 'src/a/home'); fs.writeFileSync('src/binary.mjs', Buffer.from([0xff, 0xfe, 0]));`;
    const output = await build('anthropic', standIn(body));
    expect(output).toMatchObject({ outcome: 'pass', turns: 1 });
    expect(Object.keys(output.candidate!.patch)).toEqual(['src/discount.mjs']);
  });

  it('asks another model than its own: the job\'s model answers', async () => {
    const before = world.models.journal().length;
    await build('anthropic', standIn(`await (await ask(prompt, { model: 'claude-opus-4-8' })).text(); ${good}`));
    expect(new Set(world.models.journal().slice(before).map((call) => call.model))).toEqual(new Set([models.anthropic]));
  });

  it('a model that another took over ends the build', async () => {
    world.models.script.fail({ family: 'anthropic', with: { kind: 'model-change', model: 'claude-haiku-4-5' } });
    const output = await build('anthropic', standIn(good));
    world.models.script.heal();
    expect(output).toMatchObject({ outcome: 'error', reason: expect.stringMatching(/^MODEL_CHANGED: /) });
  });

  it.each([
    ['outage', 'MODEL_UNAVAILABLE'], ['broken', 'MODEL_ANSWER_INVALID'],
  ] as const)('a vendor that fails (%s) ends it with %s, and its files are kept', async (kind, code) => {
    world.models.script.fail({ family: 'anthropic', with: { kind } });
    const output = await build('anthropic', standIn(`fs.writeFileSync('src/half.mjs', '// half\\n'); await (await ask()).text(); process.exit(1);`));
    world.models.script.heal();
    expect(output).toMatchObject({ outcome: 'error', reason: expect.stringMatching(new RegExp(`^(${code}|MODEL_ANSWER_INVALID|MODEL_UNAVAILABLE): `)) });
    expect(Object.keys(output.candidate!.patch)).toEqual(['src/half.mjs']);
  });

  it('an agent that asks nobody, or is not installed, is an error with a remedy', async () => {
    expect(await build('anthropic', standIn('process.exit(9);'))).toMatchObject({ outcome: 'error', reason: expect.stringMatching(/^AGENT_CLI_FAILED: /) });
    await expect(runBuild(input('anthropic', { via: 'cli' }), { models: never, sandbox: world.sandbox, log: silent })).rejects.toMatchObject({ code: 'AGENT_CLI_MISSING' });
  });

  it('money that ends in the middle stops it there, and what it wrote until then is kept', async () => {
    const poor = await openAgents({ cap: 20_000 });
    try {
      poor.models.script.text({ role: 'builder', family: 'anthropic', text: 'Go on.' });
      const grant = poor.grant('poor', 'anthropic', models.anthropic);
      const body = `for (let i = 0; i < 50; i += 1) { const answer = await ask(); if (!answer.ok) { fs.writeFileSync('src/said.mjs', '// ' + (await answer.json()).code + '\\n'); process.exit(1); } await answer.text(); fs.writeFileSync('src/part' + i + '.mjs', '// ' + i + '\\n'); }`;
      const output = await build('anthropic', poor.standIn(body, grant));
      expect(output).toMatchObject({ outcome: 'error', reason: expect.stringMatching(/^BUDGET_EXCEEDED: /) });
      expect(Object.keys(output.candidate!.patch)).toEqual(expect.arrayContaining(['src/part0.mjs', 'src/said.mjs']));
      expect(poor.purse.peak()).toBeLessThanOrEqual(20_000);
    } finally {
      await poor.close();
    }
  });

  it('a stop in the middle of an answer ends agent, connection and purse at once, and keeps its files', async () => {
    world.models.script.fail({ family: 'anthropic', times: 1, with: { kind: 'hang' } });
    const before = world.models.journal().length;
    const stop = new AbortController();
    const building = build('anthropic', standIn(`fs.writeFileSync('src/half.mjs', '// half\\n'); await ask(); fs.writeFileSync('src/late.mjs', '');`), stop.signal);
    await expect.poll(() => world.models.journal().length, { timeout: 60_000 }).toBe(before + 1);
    const reserved = [...world.purse.entries.values()].at(-1)!;
    stop.abort();
    const ended = await building.catch((thrown: unknown) => thrown);
    expect(ended).toSatisfy((value) => value instanceof Error || (value as BuildOutput).outcome === 'error');
    world.models.script.heal();
    // Nobody knows what the vendor did: the reservation stands.
    expect(world.purse.entries.get(reserved.id)).toMatchObject({ settled: null });
    await expect.poll(() => world.purse.log.at(-1)?.problem?.code).toBe('MODEL_UNAVAILABLE');
  });
});
