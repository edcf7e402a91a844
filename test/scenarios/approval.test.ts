/** Who approves what: every way to have a change approved that no human approved. The changes are documentation, so that only guardrails and the approval count. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Pull, Somebody } from '../world/people.ts';
import { passingReport } from '../world/script.ts';
import { openWorld, type World } from '../world/world.ts';

let world: World;
let branches = 0;

// `merge: human`: an approved change stays open, so that what happens to its approval can be seen.
beforeAll(async () => { world = await openWorld({ config: 'version: 1\nmerge: human\n', otherApps: [{ slug: 'helper' }] }); });
afterAll(() => world.close());

async function proposal(by: Somebody = world.grace): Promise<Pull> {
  const pull = await by.proposes({ branch: `notes-${branches += 1}`, files: { 'README.md': `# Shop ${branches}\n` } });
  await world.settled();
  return pull;
}

async function says(who: Somebody, pull: Pull, body: string): Promise<string[]> {
  const comment = await who.comments(pull.number, body);
  await world.settled();
  return world.replies(pull.number, comment);
}

async function assay(sha: string): Promise<string | undefined> {
  return (await world.conclusions(sha)).assay;
}

it('an exact line by a second person with write approves, as independent', async () => {
  const pull = await proposal();
  expect(await assay(pull.head.sha)).toBe('action_required');
  expect(await says(world.founder, pull, await world.approveLine(pull.number))).toEqual([expect.stringMatching(/^Approved \(independent\)/)]);
  expect(await assay(pull.head.sha)).toBe('success');
  expect(await world.standing(pull.number)).toContain('somebody merges it by hand');
});

it('P11 the author approves as self-attested, and it says so', async () => {
  const pull = await proposal();
  expect(await says(world.grace, pull, await world.approveLine(pull.number))).toEqual([expect.stringMatching(/^Approved \(self-attested\)/)]);
});

it('P01 a commit seen before on another pull request does not inherit the approval of the one it is pushed to', async () => {
  const evil = await proposal();
  const clean = await proposal();
  await says(world.founder, clean, await world.approveLine(clean.number));
  await world.grace.pushes({ branch: clean.head.ref, files: {}, onto: evil.head.sha });
  await world.settled();
  const { head } = await world.pull(clean.number);
  expect(head.sha).not.toBe(clean.head.sha);
  expect(await assay(head.sha)).toBe('action_required');
});

it('P02 a push between reading and approving: the line names the old head and is refused', async () => {
  const pull = await proposal();
  const line = await world.approveLine(pull.number);
  const sha = await world.grace.pushes({ branch: pull.head.ref, files: { 'README.md': '# Other\n' } });
  await world.settled();
  expect(await says(world.founder, pull, line)).toEqual([expect.stringContaining('APPROVAL_STALE_SHA')]);
  expect(await assay(sha)).toBe('action_required');
});

it('P04 T10 an approval does not survive a push, and /retry does not revive it', async () => {
  const pull = await proposal();
  await says(world.founder, pull, await world.approveLine(pull.number));
  const sha = await world.grace.pushes({ branch: pull.head.ref, files: { 'README.md': '# Pushed later\n' } });
  await world.settled();
  expect(await world.conclusions(sha)).toMatchObject({ 'assay': 'action_required', 'assay/approval': 'action_required' });
  await says(world.grace, pull, '/retry');
  expect(await assay(sha)).toBe('action_required');
  expect(await says(world.founder, pull, await world.approveLine(pull.number))).toEqual([expect.stringMatching(/^Approved/)]);
  expect(await assay(sha)).toBe('success');
});

it('P06 a comment edited into an approval never counts', async () => {
  const pull = await proposal();
  const line = await world.approveLine(pull.number);
  const comment = await world.bob.comments(pull.number, 'Nice.');
  await world.founder.edits(comment, line);
  await world.settled();
  expect(await world.replies(pull.number, comment)).toEqual([expect.stringContaining('APPROVAL_EDITED')]);
  expect(await assay(pull.head.sha)).toBe('action_required');
});

it('P06 an approval is void once its comment is edited, or deleted', async () => {
  for (const undo of ['edits', 'deletes'] as const) {
    const pull = await proposal();
    const comment = await world.founder.comments(pull.number, await world.approveLine(pull.number));
    await world.settled();
    expect(await assay(pull.head.sha)).toBe('success');
    await world.founder[undo](comment, 'I take it back');
    await world.settled();
    expect(await assay(pull.head.sha), undo).toBe('action_required');
  }
});

it('P10 whoever pushed to the change is no independent judge of it', async () => {
  const pull = await proposal();
  await world.bob.pushes({ branch: pull.head.ref, files: { 'NOTES.md': 'more\n' } });
  await world.settled();
  expect(await says(world.bob, pull, await world.approveLine(pull.number))).toEqual([expect.stringContaining('APPROVAL_PUSHER')]);
  expect(await says(world.founder, pull, await world.approveLine(pull.number))).toEqual([expect.stringMatching(/^Approved \(independent\)/)]);
});

it('P07 a commit that belongs to no account might be anybody\'s: nobody is an independent judge of it', async () => {
  const pull = await proposal();
  await world.bob.pushes({ branch: pull.head.ref, files: { 'NOTES.md': 'by nobody\n' }, author: { name: 'Nobody', email: 'nobody@example.test' } });
  await world.settled();
  for (const who of [world.bob, world.founder]) expect(await says(who, pull, await world.approveLine(pull.number)), who.login).toEqual([expect.stringContaining('APPROVAL_PUSHER')]);
});

it('P20 an approval for one base does not hold for another', async () => {
  await world.founder.post('/repos/ada/shop/git/refs', { ref: 'refs/heads/dev', sha: await world.branchSha('main') });
  const pull = await world.grace.proposes({ branch: 'to-dev', files: { 'README.md': '# For dev\n' }, base: 'dev' });
  await world.settled();
  await says(world.founder, pull, await world.approveLine(pull.number));
  expect(await assay(pull.head.sha)).toBe('success');
  await world.grace.patch(`/repos/ada/shop/pulls/${pull.number}`, { base: 'main' });
  await world.settled();
  expect(await assay(pull.head.sha)).toBe('action_required');
});

it('P12 a bot approves nothing, whatever it may write', async () => {
  const pull = await proposal();
  const bot = await world.rogue();
  expect(await says(bot, pull, await world.approveLine(pull.number))).toEqual([expect.stringContaining('APPROVAL_AGENT')]);
  expect(await assay(pull.head.sha)).toBe('action_required');
});

it('P13 P34 a reader and a stranger approve nothing, whoever they claim to speak for', async () => {
  const pull = await proposal();
  const line = await world.approveLine(pull.number);
  for (const who of [world.rita, world.tom, world.stranger]) {
    expect(await says(who, pull, `On behalf of @ada:\n\n${line}`), who.login).toEqual([expect.stringContaining('APPROVAL_PERMISSION')]);
  }
  expect(await says(world.rita, pull, 'Approved by @ada, who may write.')).toEqual([]);
  expect(await assay(pull.head.sha)).toBe('action_required');
});

it('P29 the approval of other evidence is refused', async () => {
  const pull = await proposal();
  expect(await says(world.founder, pull, `/approve ${pull.head.sha.slice(0, 12)} ${'0'.repeat(12)}`)).toEqual([expect.stringContaining('APPROVAL_DIGEST')]);
  expect(await assay(pull.head.sha)).toBe('action_required');
});

it('P31 a quoted, fenced, hidden, linked or disguised command is none', async () => {
  const pull = await proposal();
  const line = await world.approveLine(pull.number);
  for (const text of [`> ${line}`, `\`\`\`\n${line}\n\`\`\``, `<!-- ${line} -->`, `<details>\n\n${line}\n\n</details>`, `[${line}](https://example.test)`, `    ${line}`, `- ${line}`]) {
    expect(await says(world.founder, pull, text), text).toEqual([]);
  }
  expect(await says(world.founder, pull, line.replace('approve', 'appr\u200bove'))).toEqual([expect.stringContaining('invisible or foreign characters')]);
  expect(await assay(pull.head.sha)).toBe('action_required');
});

it('P02 a bare /approve counts only once the evidence has been there for a minute; too early it is answered with the line', async () => {
  const pull = await proposal();
  const line = await world.approveLine(pull.number);
  expect(await says(world.founder, pull, '/approve')).toEqual([expect.stringMatching(/APPROVAL_TOO_EARLY/)]);
  expect((await says(world.bob, pull, '/approve'))[0]).toContain(line);
  await world.passes(61_000);
  expect(await assay(pull.head.sha)).toBe('action_required');
  expect(await says(world.founder, pull, '/approve')).toEqual([expect.stringMatching(/^Approved/)]);
  expect(await assay(pull.head.sha)).toBe('success');
});

it('P01 an approval that was there before the evidence does not count when the evidence comes', async () => {
  let free = (): void => undefined;
  const released = new Promise<void>((resolve) => { free = resolve; });
  world.executor.script.guard = async (input) => { await released; return passingReport(input); };
  const pull = await world.grace.proposes({ branch: 'early', files: { 'README.md': '# Early\n' } });
  const comment = await world.founder.comments(pull.number, `/approve ${pull.head.sha}`);
  await world.github.idle();
  world.clock.advance(2_000);
  free();
  await world.settled();
  expect(await world.replies(pull.number, comment)).toEqual([expect.stringMatching(/APPROVAL_(TOO_EARLY|SLOTS_NOT_READY|NOT_PUBLISHED)/)]);
  expect(await assay(pull.head.sha)).toBe('action_required');
});

it('/revoke takes back what the same person said, /reject fails the change until then', async () => {
  const pull = await proposal();
  await says(world.founder, pull, await world.approveLine(pull.number));
  expect(await says(world.bob, pull, '/reject not now')).toEqual([expect.stringContaining('Rejected by bob')]);
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay': 'failure', 'assay/approval': 'failure' });
  await says(world.bob, pull, '/revoke');
  expect(await assay(pull.head.sha)).toBe('success');
  await says(world.founder, pull, '/revoke');
  expect(await assay(pull.head.sha)).toBe('action_required');
});

it('an approval runs out after `approval.maxAge`', async () => {
  const pull = await proposal();
  await says(world.founder, pull, await world.approveLine(pull.number));
  expect(await assay(pull.head.sha)).toBe('success');
  await world.passes(8 * 24 * 3_600_000);
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay': 'action_required', 'assay/approval': 'action_required' });
});
