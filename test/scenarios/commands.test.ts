/** What people may order by comment on a change and on an intent, and what is answered to those who may not. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Pull } from '../world/people.ts';
import { never, passingReport, problem } from '../world/script.ts';
import { openWorld, type World } from '../world/world.ts';

let world: World;
let branches = 0;

beforeAll(async () => { world = await openWorld({ config: 'version: 1\nmerge: human\nbudget:\n  projectUsd: 20\n  grantUsd: 5\n' }); });
afterAll(() => world.close());

async function proposal(files: Record<string, string> = { 'README.md': `# Shop ${branches}\n` }): Promise<Pull> {
  const pull = await world.grace.proposes({ branch: `work-${branches += 1}`, files });
  await world.settled();
  return pull;
}

async function says(issue: number, body: string, who = world.founder): Promise<string> {
  const comment = await who.comments(issue, body);
  await world.settled();
  const replies = await world.replies(issue, comment);
  expect(replies).toHaveLength(1);
  return replies[0]!;
}

it('/retry runs again what ended in an error, and only that', async () => {
  world.executor.script.guard = (input, { time }) => (time === 1 ? problem('TOOL_MISSING') : passingReport(input));
  const pull = await proposal();
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay': 'failure', 'assay/guardrails': 'failure' });
  expect(await world.standing(pull.number)).toContain('TOOL&#95;MISSING');
  expect(await says(pull.number, '/retry')).toContain('is tried again');
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay': 'action_required', 'assay/guardrails': 'success' });
  const ran = world.executor.ran.length;
  await says(pull.number, '/retry');
  expect(world.executor.ran.length).toBe(ran);
});

it('an executor that crashes three times is an error that says so', async () => {
  world.executor.script.guard = () => { throw new Error('segmentation fault'); };
  const pull = await proposal();
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay': 'failure', 'assay/guardrails': 'failure' });
  expect(await world.standing(pull.number)).toContain('segmentation fault');
  world.executor.script.guard = passingReport;
  await says(pull.number, '/retry');
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay/guardrails': 'success' });
});

it('/stop ends what is running and keeps what is done; /retry goes on', async () => {
  const hangs = never();
  world.executor.script.guard = hangs.play;
  const pull = await world.grace.proposes({ branch: `work-${branches += 1}`, files: { 'README.md': '# Stop\n' } });
  await hangs.begun;
  expect(await says(pull.number, '/stop costs too much')).toContain('Work is stopped');
  expect(await world.standing(pull.number)).toContain('**Stopped.**');
  expect((await world.assay.store.stats()).jobsRunning).toBe(0);
  world.executor.script.guard = passingReport;
  await says(pull.number, '/retry');
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay/guardrails': 'success' });
});

it('/budget says what was granted and spent, raises the grant, and never over the cap', async () => {
  const pull = await proposal();
  expect(await says(pull.number, '/budget')).toBe('Granted $5.00, spent $0.00.');
  expect(await says(pull.number, '/budget 12.50')).toBe('Granted $12.50, spent $0.00.');
  expect(await says(pull.number, '/budget 90')).toBe("Granted $20.00, spent $0.00. $90.00 is over the project's cap of $20.00.");
  expect(await world.standing(pull.number)).toContain('of $20.00');
});

it('/status and /explain answer everybody', async () => {
  const pull = await proposal();
  expect(await says(pull.number, '/status', world.stranger)).toContain('**Waiting for a human.**');
  expect(await says(pull.number, '/explain', world.rita)).toContain('| evidence | verdict | detail |');
});

it('P34 orders by a reader, a triager or a stranger move nothing', async () => {
  const pull = await proposal();
  for (const who of [world.rita, world.tom, world.stranger]) {
    for (const order of ['/reject because', '/stop', '/retry', '/budget 20', '/revoke']) {
      expect(await says(pull.number, order, who), `${who.login} ${order}`).toContain('needs a human with write permission');
      expect(await world.conclusions(pull.head.sha), `${who.login} ${order}`).toMatchObject({ 'assay': 'action_required', 'assay/approval': 'action_required' });
    }
  }
});

it('an edited order is not carried out', async () => {
  const pull = await proposal();
  const comment = await world.bob.comments(pull.number, 'Hm.');
  await world.settled();
  await world.bob.edits(comment, '/reject no');
  await world.settled();
  expect(await world.replies(pull.number, comment)).toEqual([expect.stringContaining('was edited')]);
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ assay: 'action_required' });
});

it('a malformed command is named, with the commands there are', async () => {
  const pull = await proposal();
  const reply = await says(pull.number, '/approve this please');
  expect(reply).toContain('is no command Assay can act on');
  expect(reply).toContain('`/approve <sha7> [digest]`');
  expect(await says(pull.number, '/budget lots')).toContain('amount in US dollars');
  expect(await says(pull.number, '/reject')).toContain('needs a reason');
});

it('a comment with two commands is answered once, for both', async () => {
  const pull = await proposal();
  const reply = await says(pull.number, '/status\n/budget 7');
  expect(reply).toContain('Waiting for a human');
  expect(reply).toContain('Granted $7.00');
});

it('orders hold on an intent too', async () => {
  const issue = await world.founder.opensIntent();
  await world.settled();
  expect(await says(issue, '/status')).toContain('Waiting for approval');
  expect(await says(issue, '/reject out of scope')).toContain('Rejected by ada');
  expect(await world.standing(issue)).toContain('**Rejected** by ada');
  expect(await says(issue, await world.approveLine(issue), world.rita)).toContain('no write permission');
  await says(issue, '/revoke');
  expect(await world.standing(issue)).toContain('Waiting for approval');
  expect(await says(issue, '/approve 0000000')).toContain('names another state');
});
