/** Story two: nothing merges before a human has approved the evidence; then Assay merges, and the issue closes with the story of it. */
import { at, approveLine, checkNames, checkRuns, concluded, replyTo, standing, type PullRequest } from './looking.ts';
import { until } from './person.ts';
import type { IntentStory } from './story-intent.ts';
import { expect, type Teller } from './tell.ts';
import type { DemoWorld } from './world.ts';

export interface GateStory {
  checks: Record<string, string | null>;
  mergeBeforeApproval: { status: number };
  mergeAfterApproval: { merged: boolean };
}

export async function protectMain({ founder, github }: DemoWorld, teller: Teller): Promise<void> {
  await teller.step('the founder requires the check `assay`, pinned to the App', async () => {
    await founder.put(`${at}/branches/main/protection`, {
      required_status_checks: { strict: false, checks: [{ context: 'assay', app_id: github.appId }] }, enforce_admins: true, required_pull_request_reviews: null, restrictions: null,
    });
    return { detail: `app id ${github.appId}`, value: null };
  });
}

export async function tellGate(world: DemoWorld, intent: IntentStory, teller: Teller): Promise<GateStory> {
  const { founder, github } = world;
  const { number, head } = intent.pullRequest;
  const waiting = await teller.step('the evidence is in, the approval is not', async () => {
    const comment = await standing(founder, number, { says: /To approve exactly this evidence/, never: /\*\*(Approved|Merged)/, seconds: 240 });
    const runs = await concluded(founder, head.sha, checkNames);
    for (const name of ['assay/guardrails', 'assay/supply-chain', 'assay/consensus', 'assay/saboteur', 'assay/policy']) {
      expect(runs[name]?.conclusion === 'success', `${name} to be success`, runs[name]?.output);
    }
    expect(runs.assay?.conclusion === 'action_required' && runs['assay/approval']?.conclusion === 'action_required', 'assay and assay/approval to ask for action', [runs.assay?.conclusion, runs['assay/approval']?.conclusion]);
    expect(Object.values(runs).every((run) => run.app?.id === github.appId), 'every check run to be the App\'s');
    return { detail: 'five checks green, two ask for a human', value: comment };
  });
  const refused = await teller.step('a merge is refused', async () => {
    const { status, body } = await founder.answer('PUT', `${at}/pulls/${number}/merge`, { merge_method: 'merge', sha: head.sha });
    expect(status === 405, 'status 405', { status, body });
    return { detail: String(status), value: status };
  });
  await teller.step('the founder comments the exact line', async () => {
    const line = approveLine(waiting.body);
    const said = await founder.post<{ id: number }>(`${at}/issues/${number}/comments`, { body: line });
    const reply = await replyTo(founder, number, said.id);
    expect(reply.body.includes(head.sha) && /Approved/.test(reply.body), 'an acknowledgement that names head and evidence', reply.body);
    return { detail: line, value: null };
  });
  const merged = await teller.step('Assay merges', async () => {
    const pull = await until('the merge', async () => {
      const now = await founder.get<PullRequest>(`${at}/pulls/${number}`);
      return now.merged ? now : undefined;
    });
    const runs = await checkRuns(founder, head.sha);
    expect(runs.assay?.conclusion === 'success' && runs['assay/approval']?.conclusion === 'success', 'assay and assay/approval to be success', [runs.assay?.conclusion, runs['assay/approval']?.conclusion]);
    return { detail: `#${number}`, value: { merged: pull.merged, runs } };
  });
  await teller.step('the issue closes with the story of the decision', async () => {
    await standing(founder, intent.issue, { says: /How this was decided/ });
    const issue = await until('the issue to close', async () => {
      const now = await founder.get<{ state: string }>(`${at}/issues/${intent.issue}`);
      return now.state === 'closed' ? now : undefined;
    });
    return { detail: issue.state, value: null };
  });
  return {
    checks: Object.fromEntries(checkNames.map((name) => [name, merged.runs[name]?.conclusion ?? null])),
    mergeBeforeApproval: { status: refused }, mergeAfterApproval: { merged: merged.merged },
  };
}
