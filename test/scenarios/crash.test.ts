/**
 * W05: the process dies before every kind of write in the main story, at the first of its kind, and starts again.
 * Whatever the point, people find what they find in the undisturbed story. `ASSAY_CRASHES=all` plays every single write.
 */
import { describe, expect, it } from 'vitest';
import { crashing, type CrashPoint, type Crashing } from '../world/crash.ts';
import type { Pull } from '../world/people.ts';
import { openWorld, type World } from '../world/world.ts';

const minute = 60_000;

interface End { comments: Record<string, string[]>; reactions: string[][]; checks: string[]; pulls: string[]; merged: boolean; issue: string; audit: string[]; branches: number }

/** Looks until it is quiet; a process that died is started again, and what GitHub could not deliver meanwhile is asked for. */
async function quiet(world: World, crash: Crashing): Promise<void> {
  try {
    await world.settled();
  } catch (thrown) {
    if (!crash.isDown) throw thrown;
  }
  if (!crash.isDown) return;
  crash.repair();
  await world.restart();
  await world.passes(6 * minute);
}

async function play(crash: Crashing): Promise<End> {
  const world = await openWorld({ storeThrough: crash.through });
  crash.arm();
  try {
    const issue = await world.founder.opensIntent();
    await quiet(world, crash);
    const approvals = [await world.founder.comments(issue, await world.approveLine(issue))];
    await quiet(world, crash);
    const [pull] = await world.pulls() as [Pull];
    approvals.push(await world.founder.comments(pull.number, await world.approveLine(pull.number)));
    await quiet(world, crash);
    if (crash.isDown) throw new Error('still down');
    return await endOf(world, { issue, pull, approvals });
  } finally {
    await world.close();
  }
}

async function endOf(world: World, { issue, pull, approvals }: { issue: number; pull: Pull; approvals: number[] }): Promise<End> {
  const own = async (number: number): Promise<string[]> => (await world.comments(number)).filter(({ user }) => user.login === 'assay[bot]').map(({ body }) => plain(body)).sort();
  const entries = await world.assay.store.auditEntries(0, 1_000);
  const branches = await world.founder.get<unknown[]>('/repos/ada/shop/branches');
  return {
    comments: { issue: await own(issue), pull: await own(pull.number) },
    reactions: await Promise.all(approvals.map((comment) => world.reactions(comment))),
    checks: (await world.checks(pull.head.sha)).map(({ name, conclusion }) => `${name} ${conclusion}`).sort(),
    pulls: (await world.pulls()).map(({ state, number }) => `${number} ${state}`),
    merged: (await world.pull(pull.number)).merged,
    issue: (await world.issue(issue)).state,
    audit: entries.map(({ action, detail }) => (action.startsWith('job.') ? `${action} ${String(detail.work)}` : action)).sort(),
    branches: branches.length,
  };
}

/** Without what differs between two undisturbed runs: digests and comment ids. */
function plain(body: string): string {
  return body.replace(/\b[0-9a-f]{12,64}\b/g, '…').replace(/assay:reply \d+/g, 'assay:reply …');
}

// Their only difference is which webhook is lost, and healing.test.ts loses them all.
const alike = /^(claimJob|linkSha|putDelivery (create|push|check_run|pull_request))$/;

function chosen(seen: readonly CrashPoint[]): CrashPoint[] {
  return process.env.ASSAY_CRASHES === 'all' ? [...seen] : seen.filter(({ label, nth }) => nth === 1 && !alike.test(label));
}

// The story is played once here, so that the points are those of the code as it is.
const reference = crashing(null);
const undisturbed = await play(reference);

it('the undisturbed story ends as it should', () => {
  expect(undisturbed).toMatchObject({ pulls: ['2 closed'], merged: true, issue: 'closed', reactions: [['+1'], ['+1']] });
  expect(reference.seen.length).toBeGreaterThan(100);
});

describe('W05 a crash', () => {
  // One after the other: worlds side by side on two cores starve each other, and gain no time.
  it.each(chosen(reference.seen))('before $label, time $nth', { timeout: 240_000 }, async (point) => {
    const crash = crashing(point);
    const end = await play(crash);
    expect(end).toEqual(undisturbed);
  });
});
