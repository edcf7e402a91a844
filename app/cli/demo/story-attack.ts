/** Story three: another agent's pull request hides five faults. Everything that should stop it does; mended and approved afresh, it merges. */
import { hostileChange, mendedChange, type HostileChange } from './attack.ts';
import { annotations, approveLine, at, checkNames, checkRuns, concluded, outputs, replyTo, standing, status, type PullRequest } from './looking.ts';
import { until, type Person } from './person.ts';
import { repositoryFiles } from './sample.ts';
import type { IntentStory } from './story-intent.ts';
import { expect, type Teller } from './tell.ts';
import type { Variant } from './variant.ts';
import type { DemoWorld } from './world.ts';

export interface AttackStory {
  guardrails: string[];
  saboteur: { reproduced: boolean };
  approveRefused: boolean;
  editedCommentIgnored: boolean;
  mergeStatus: number;
  fixedAndMerged: boolean;
}

const branch = 'swift/invoices';

export async function tellAttack(world: DemoWorld, told: { variant: Variant; intent: IntentStory }, teller: Teller): Promise<AttackStory> {
  const { founder, agent, assay } = world;
  const hostile = hostileChange(told.variant, repositoryFiles);
  const pull = await teller.step('another agent opens a pull request', async () => {
    const base = await founder.get<{ object: { sha: string } }>(`${at}/git/ref/heads/main`);
    await pushTree(agent, { parent: base.object.sha, files: hostile.files, message: 'Add invoices', create: true });
    const opened = await agent.post<PullRequest>(`${at}/pulls`, { title: 'Add invoices', head: branch, base: 'main', body: `Invoices on top of the volume discounts.\n\nIntent: #${told.intent.issue}` });
    return { detail: `#${opened.number} by ${agent.login}`, value: opened };
  });
  const head = pull.head.sha;
  const guardrails = await teller.step('guardrails fail on the right lines', async () => {
    const runs = await concluded(founder, head, ['assay/guardrails', 'assay/consensus', 'assay/saboteur', 'assay']);
    expect(runs['assay/guardrails']?.conclusion === 'failure', 'assay/guardrails to be failure', runs['assay/guardrails']?.output);
    const ids = await plantedFound(founder, hostile, runs['assay/guardrails']!);
    return { detail: ids.join(', '), value: ids };
  });
  const reproduced = await teller.step('the Saboteur breaks it with a program', async () => {
    const run = (await checkRuns(founder, head))['assay/saboteur'];
    const { sabotage } = outputs(await status(assay.url, `/changes/${told.intent.repositoryId}/${pull.number}`));
    const finding = sabotage?.findings.find((one) => !one.preExisting);
    expect(run?.conclusion === 'failure' && finding?.onHead === 5 && finding.onBase === 0 && finding.program !== '', 'a finding 5/5 here and 0/5 on base', { conclusion: run?.conclusion, title: run?.output.title, summary: run?.output.summary });
    return { detail: `${finding!.claim} (5/5 here, 0/5 on base)`, value: true };
  });
  const approveRefused = await teller.step('an approval of it is refused with the reason', async () => {
    const said = await founder.post<{ id: number }>(`${at}/issues/${pull.number}/comments`, { body: `/approve ${head.slice(0, 12)}` });
    const reply = await replyTo(founder, pull.number, said.id);
    expect(/APPROVAL_SLOTS_NOT_READY/.test(reply.body), 'APPROVAL_SLOTS_NOT_READY', reply.body);
    return { detail: 'APPROVAL_SLOTS_NOT_READY', value: true };
  });
  const editedCommentIgnored = await teller.step('a comment edited into an approval is ignored and reported', () => editedComment(world, pull, head));
  const mergeStatus = await teller.step('a merge is refused', async () => {
    const { status: code } = await founder.answer('PUT', `${at}/pulls/${pull.number}/merge`, { merge_method: 'merge', sha: head });
    expect(code === 405, 'status 405', code);
    return { detail: String(code), value: code };
  });
  const fixedAndMerged = await teller.step('mended, approved afresh, it merges', () => mend(world, { ...told, pull }));
  return { guardrails, saboteur: { reproduced }, approveRefused, editedCommentIgnored, mergeStatus, fixedAndMerged };
}

async function plantedFound(founder: Person, hostile: HostileChange, run: Parameters<typeof annotations>[1]): Promise<string[]> {
  const found = await annotations(founder, run);
  for (const { guardrail, path, line } of hostile.planted) {
    const lines = hostile.files[path]!.split('\n');
    const expected = lines.findIndex((text) => text.includes(line)) + 1;
    const hits = found.filter((one) => one.title.startsWith(guardrail) && one.path === path && one.start_line <= expected && expected <= one.end_line);
    expect(hits.length > 0, `${guardrail} to mark ${path}:${expected}`, found.map((one) => `${one.title} ${one.path}:${one.start_line}`));
  }
  return [...new Set(found.map((one) => one.title.split(' ')[0]!))].sort();
}

/** Somebody else's harmless comment becomes `/approve` by an edit. */
async function editedComment({ founder, colleague }: DemoWorld, pull: PullRequest, head: string): Promise<{ detail: string; value: boolean }> {
  const said = await colleague.post<{ id: number }>(`${at}/issues/${pull.number}/comments`, { body: 'I like invoices.' });
  await founder.patch(`${at}/issues/comments/${said.id}`, { body: `/approve ${head.slice(0, 12)}` });
  const reply = await replyTo(founder, pull.number, said.id);
  expect(/APPROVAL_EDITED/.test(reply.body), 'APPROVAL_EDITED', reply.body);
  const run = (await checkRuns(founder, head))['assay/approval'];
  expect(run?.conclusion !== 'success', 'assay/approval not to be success', run?.conclusion);
  return { detail: 'APPROVAL_EDITED', value: true };
}

async function mend(world: DemoWorld, told: { variant: Variant; intent: IntentStory; pull: PullRequest }): Promise<{ detail: string; value: boolean }> {
  const { founder, agent } = world;
  const main = await founder.get<{ object: { sha: string } }>(`${at}/git/ref/heads/main`);
  const sha = await pushTree(agent, { parent: told.pull.head.sha, tree: main.object.sha, files: mendedChange(), message: 'Do it honestly', create: false });
  const comment = await standing(founder, told.pull.number, { says: new RegExp(`/approve ${sha.slice(0, 12)} `), never: /Blocked by/, seconds: 240 });
  const runs = await concluded(founder, sha, checkNames);
  expect(runs['assay/guardrails']?.conclusion === 'success' && runs['assay/saboteur']?.conclusion === 'success' && runs['assay/consensus']?.conclusion === 'success', 'the mended head to pass', Object.values(runs).map((run) => [run.name, run.conclusion]));
  expect(runs.assay?.conclusion === 'action_required', 'assay to wait for a fresh approval', runs.assay?.conclusion);
  await founder.post(`${at}/issues/${told.pull.number}/comments`, { body: approveLine(comment.body) });
  const merged = await until('the merge', async () => ((await founder.get<PullRequest>(`${at}/pulls/${told.pull.number}`)).merged ? true : undefined));
  return { detail: `#${told.pull.number} at ${sha.slice(0, 7)}`, value: merged };
}

/** A commit over GitHub's git data API; `tree` is the commit whose files it starts from, the parent where absent. */
async function pushTree(who: Person, push: { parent: string; tree?: string; files: Record<string, string>; message: string; create: boolean }): Promise<string> {
  const base = await who.get<{ tree: { sha: string } }>(`${at}/git/commits/${push.tree ?? push.parent}`);
  const entries = Object.entries(push.files).map(([path, content]) => ({ path, mode: '100644', type: 'blob', content }));
  const tree = await who.post<{ sha: string }>(`${at}/git/trees`, { base_tree: base.tree.sha, tree: entries });
  const commit = await who.post<{ sha: string }>(`${at}/git/commits`, { message: push.message, tree: tree.sha, parents: [push.parent] });
  if (push.create) await who.post(`${at}/git/refs`, { ref: `refs/heads/${branch}`, sha: commit.sha });
  else await who.patch(`${at}/git/refs/heads/${branch}`, { sha: commit.sha });
  return commit.sha;
}
