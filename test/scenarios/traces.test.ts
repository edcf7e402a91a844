/**
 * Traces of the preview run as evidence: where the configuration requires them, the App asks policy about those that the collector of this head's own run received, each reason is
 * seen red and green, and where nobody requires them nothing is said.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GuardReport } from '../../app/core/finding.ts';
import { descriptors } from '../../app/guardrails/catalogue.generated.ts';
import type { Pull } from '../world/people.ts';
import { passingReport } from '../world/script.ts';
import { openWorld, type World } from '../world/world.ts';

const day = 86_400_000;
/** As the guardrail says it. */
const sentence = descriptors.find(({ id }) => id === 'otlp')!.finds.TRACE_SEEN!;
const seen = '0af7651916cd43dd8448eb211c80319c';
let world: World;
/** What the run of this head leaves; `headSha` only where it is of another one. */
let left: { ids: string[]; headSha?: string } = { ids: [] };
let branches = 0;

function report(shas: { baseSha: string; headSha: string }): GuardReport {
  const finding = { code: 'TRACE_SEEN', path: '.', startLine: 0, endLine: 0, severity: 'info' as const, message: sentence.replace('{ids}', left.ids.join(', ')), remedy: '', fingerprint: 'f' };
  const otlp = { id: 'otlp', slug: 'otlp', outcome: 'pass' as const, mode: 'enforce' as const, ms: 1, tool: { name: 'own', version: '1' }, engines: [], inFixtures: 0, findings: left.ids.length > 0 ? [finding] : [] };
  return { ...passingReport(shas), head: left.headSha ?? shas.headSha, guardrails: [otlp] };
}

beforeAll(async () => {
  world = await openWorld({ config: 'version: 1\npack: strict\nevidence: {traces: required, maxAge: 3d}\n', script: { guard: (input) => (input.phase === 'exec' ? report(input) : passingReport(input)) } });
});
afterAll(() => world.close());

async function proposal(run: typeof left, body = ''): Promise<Pull> {
  left = run;
  const pull = await world.grace.proposes({ branch: `traces-${branches += 1}`, files: { 'README.md': `# Shop ${branches}\n` }, body });
  await world.settled();
  return pull;
}

async function check(pull: Pull, of = world): Promise<{ conclusion: string | null; title: string; summary: string }> {
  const run = (await of.checks(pull.head.sha)).find(({ name }) => name === 'assay/supply-chain')!;
  return { conclusion: run.conclusion, title: run.output.title, summary: run.output.summary };
}

it('a trace that the run of this head left is evidence, with its id and the command that looks again', async () => {
  const { conclusion, summary } = await check(await proposal({ ids: [seen] }));
  expect(conclusion).toBe('success');
  expect(summary).toContain(`Traces: 1 count (\`${seen}\`).`);
  expect(summary).toMatch(/\| traces \| pass \|[^|]*\| `git checkout [0-9a-f]{40} && npx assay guard --base [0-9a-f]{40} --only otlp`/);
  expect(summary.split('\n\n')[0]!.split('\n').length).toBeLessThanOrEqual(5);
});

it.each<[string, { ids: string[]; headSha?: string }, string]>([
  ['TRACE_NONE', { ids: [] }, ''],
  ['TRACE_OTHER_HEAD', { ids: [seen], headSha: '7'.repeat(40) }, ''],
  ['TRACE_ID', { ids: ['0'.repeat(32)] }, ''],
  ['TRACE_UNKNOWN', { ids: [seen] }, `Trace: ${'b'.repeat(32)}`],
  ['TRACE_ID', { ids: [seen] }, '- Trace-Id: `x`'],
])('%s holds the change', async (reason, run, body) => {
  const pull = await proposal(run, body);
  expect(await check(pull)).toMatchObject({ conclusion: 'failure', title: 'The preview run left no trace that counts', summary: expect.stringContaining(`${reason.replace('_', '&#95;').replace('_', '&#95;')}: `) });
  expect((await world.conclusions(pull.head.sha)).assay).toBe('failure');
});

it('an id that the change names and the collector holds is no lie', async () => {
  expect((await check(await proposal({ ids: [seen] }, `Trace: ${seen}`))).conclusion).toBe('success');
});

it('what is older than the configuration allows counts no longer, and /retry has the preview run again', async () => {
  const pull = await proposal({ ids: [seen] });
  expect((await check(pull)).conclusion).toBe('success');
  await world.passes(4 * day);
  expect(await check(pull)).toMatchObject({ conclusion: 'failure', summary: expect.stringContaining('TRACE&#95;OLD: They are older than') });
  const before = world.executor.ran.length;
  await world.grace.comments(pull.number, '/retry');
  await world.settled();
  expect((await check(pull)).conclusion).toBe('success');
  expect(world.executor.ran.slice(before)).toEqual([expect.objectContaining({ kind: 'guard', input: expect.objectContaining({ phase: 'exec' }) })]);
  await world.settled();
  expect(world.executor.ran.length).toBe(before + 1);
});

it('nobody is asked for what the configuration does not require', async () => {
  const other = await openWorld({ config: 'version: 1\npack: strict\n', script: { guard: report } });
  try {
    left = { ids: [] };
    const pull = await other.grace.proposes({ branch: 'docs', files: { 'README.md': '# The shop\n' }, body: 'Trace: x' });
    await other.settled();
    const { conclusion, summary } = await check(pull, other);
    expect([conclusion, summary.includes('race')]).toEqual(['success', false]);
  } finally {
    await other.close();
  }
});
