/** A build whose process dies goes on where it died: what a model has answered is not asked again, and the result is that of the undisturbed build. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startModels, type ModelWorld } from '../../../test/world/models.ts';
import { memoryPurse, steppingClock } from '../../../test/world/purse.ts';
import { steps } from './resume.fixture.ts';
import { usd } from '../../core/money.ts';
import { unkeptProgress, type Progress } from '../../core/ports/progress.ts';
import { meteredModels } from '../../edges/models/metered.ts';
import { startGateway, type RunningGateway } from '../../edges/models/gateway.ts';
import { vendorModels } from '../../edges/models/vendors.ts';
import { openStore } from '../../edges/store/sqlite/open.ts';
import { runBuild } from '../builder.ts';
import { here, input, right, silent, tests, wrong } from './builds.fixture.ts';

let world: ModelWorld;
beforeAll(async () => {
  world = await startModels((scripts) => scripts.builder({ family: 'openai', firstTry: { 'src/discount.mjs': wrong }, files: { 'src/discount.mjs': right }, tests }));
});
afterAll(() => world.stop());

const asked = () => world.journal().filter((call) => call.role === 'builder').length;

function models(purse = memoryPurse()) {
  const vendors = vendorModels({ anthropic: { apiKey: 'none', baseUrl: world.anthropicUrl }, openai: { apiKey: 'none', baseUrl: world.openaiUrl }, google: { apiKey: 'none', baseUrl: world.googleUrl } });
  return meteredModels({ vendors, ledger: purse.ledger, promptLog: purse.promptLog, clock: steppingClock(), project: 'intent:1#1', job: 'build-1', cap: usd(50), traceId: 't' });
}

/** A process that dies at its nth save, before or after the text is on disk. */
function dying(at: number, kept: Progress, when: 'before' | 'after'): Progress {
  let saves = 0;
  return {
    load: kept.load,
    async save(text) {
      saves += 1;
      if (saves === at && when === 'before') throw new Error('the process is dead');
      await kept.save(text);
      if (saves === at) throw new Error('the process is dead');
    },
  };
}

describe('a build that is taken up again', () => {
  it('asks no model twice for what it has answered, whichever save was the last', { timeout: 120_000 }, async () => {
    const whole = await runBuild(input('openai'), { models: models(), sandbox: here, log: silent });
    const turns = whole.turns;
    let deaths = 0;
    for (let at = 1; ; at += 1) {
      const kept = unkeptProgress();
      const before = asked();
      const first = await runBuild(input('openai'), { models: models(), sandbox: here, log: silent, resume: dying(at, kept, 'after') }).catch(() => null);
      if (first) break;
      deaths += 1;
      const second = await runBuild(input('openai'), { models: models(), sandbox: here, log: silent, resume: kept });
      expect({ ...second, testRuns: second.testRuns.map((run) => run.passed) }, `died at save ${at}`).toEqual({ ...whole, testRuns: whole.testRuns.map((run) => run.passed) });
      expect(asked() - before, `died at save ${at}`).toBe(turns);
    }
    expect(deaths).toBeGreaterThan(turns);
  });

  it('a save that never got through costs one answer at most, and nothing is lost', async () => {
    const kept = unkeptProgress();
    const before = asked();
    await expect(runBuild(input('openai'), { models: models(), sandbox: here, log: silent, resume: dying(6, kept, 'before') })).rejects.toThrow('the process is dead');
    expect((await runBuild(input('openai'), { models: models(), sandbox: here, log: silent, resume: kept })).outcome).toBe('pass');
    expect(asked() - before).toBeLessThanOrEqual(7);
  });

  it.each(['{"version":1', '{"version":2}', '[]', '{"version":1,"thread":"x","id":"y","checkpoint":{},"metadata":{},"writes":[]}'])('what cannot be read is said in the log, and the build begins anew: %s', async (text) => {
    const warned: object[] = [];
    const log = { ...silent, warn: (fields: object) => void warned.push(fields) };
    const output = await runBuild(input('openai'), { models: models(), sandbox: here, log, resume: { load: async () => text, save: async () => {} } });
    expect(output.outcome).toBe('pass');
    expect(warned).toContainEqual(expect.objectContaining({ code: 'PROGRESS_INVALID' }));
  });

  it('the progress of other work is not taken up', async () => {
    const kept = unkeptProgress();
    await runBuild(input('openai'), { models: models(), sandbox: here, log: silent, resume: dying(8, kept, 'after') }).catch(() => null);
    const before = asked();
    await runBuild(input('openai', { attempt: 2 }), { models: models(), sandbox: here, log: silent, resume: kept });
    expect(asked() - before).toBe(6);
  });

  it('text that looks like an instance of a class stays text', async () => {
    const odd = { lc: 1, type: 'constructor', id: ['langchain_core', 'messages', 'HumanMessage'], kwargs: { content: 'x' } };
    const kept = unkeptProgress();
    await runBuild(input('openai'), { models: models(), sandbox: here, log: silent, resume: dying(9, kept, 'after') }).catch(() => null);
    const text = (await kept.load())!.replace('"written":{', `"written":{"odd.json":${JSON.stringify({ mode: '100644', encoding: 'utf8', content: JSON.stringify(odd) })},`);
    const output = await runBuild(input('openai'), { models: models(), sandbox: here, log: silent, resume: { load: async () => text, save: async () => {} } });
    expect(JSON.parse(output.candidate!.patch['odd.json']!.content)).toEqual(odd);
  });
});

describe('a worker that is killed', () => {
  let gateway: RunningGateway;
  let folder: string;
  afterAll(async () => {
    await gateway.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('kill -9 in the middle of a test run: the next process goes on from the App\'s store', { timeout: 120_000 }, async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-resume-'));
    const clock = steppingClock();
    const store = await openStore({ path: join(folder, 'assay.sqlite'), clock });
    const job = input('openai', { testCommand: [process.execPath, join(import.meta.dirname, 'resume.fixture.ts'), 'test', folder] });
    await store.startJob({ id: 'build-9', subject: 'intent:1#1', input: { kind: 'build', input: job } });
    await store.claimJob('a', 60_000);
    const purse = memoryPurse();
    gateway = await startGateway({ modelsFor: () => models(purse), progress: store, clock, log: silent });
    const run = () => {
      const { url, token } = gateway.issue('build-9', { families: ['openai'], cap: usd(50), expiresAt: Infinity });
      const child = spawn(process.execPath, [join(import.meta.dirname, 'resume.fixture.ts'), 'build'], { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdin.end(JSON.stringify({ job, gateway: { url, token } }));
      return child;
    };
    const before = asked();
    const first = run();
    await expect.poll(() => existsSync(join(folder, steps.testing)), { timeout: 60_000 }).toBe(true);
    const ended = new Promise((resolve) => first.once('close', (_code, signal) => resolve(signal)));
    first.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    const answeredBefore = asked() - before;
    writeFileSync(join(folder, steps.goOn), '');

    const second = run();
    const said: Buffer[] = [];
    second.stdout.on('data', (chunk: Buffer) => said.push(chunk));
    await new Promise((resolve) => second.once('close', resolve));
    expect(JSON.parse(Buffer.concat(said).toString('utf8'))).toMatchObject({ outcome: 'pass', turns: 6 });
    expect([answeredBefore, asked() - before]).toEqual([3, 6]);
    expect(purse.log).toHaveLength(6);

    await store.finishJob('build-9', 'a', { ok: true, kind: 'build', sandbox: 'none', ms: 1, output: { outcome: 'pass', reason: '', candidate: null, turns: 6, testRuns: [] } });
    expect(await store.jobProgress('build-9')).toBeNull();
    await store.close();
    expect(readFileSync(join(folder, steps.testing), 'utf8')).toBe('');
  });
});
