/** Story one: an issue becomes a spec, three candidates, a consensus, an audit and a pull request. */
import { families } from '../../core/family.ts';
import { at, approveLine, outputs, replyTo, standing, status, type PullRequest } from './looking.ts';
import { until } from './person.ts';
import { expect, type Teller } from './tell.ts';
import { intentBody } from './sample.ts';
import { expectedTotal, type Variant } from './variant.ts';
import type { DemoWorld } from './world.ts';

export interface IntentStory {
  issue: number;
  repositoryId: number;
  pullRequest: PullRequest;
  spec: { sha256: string; criteria: number };
  candidates: { id: string; family: string; model: string; outcome: string }[];
  consensus: { outcome: string; families: string[]; dissent: unknown[] };
  audit: { reproduced: boolean };
  sandbox: string;
}

export async function tellIntent(world: DemoWorld, variant: Variant, teller: Teller): Promise<IntentStory> {
  const { founder } = world;
  const { id: repositoryId } = await founder.get<{ id: number }>(at);
  const issue = await teller.step('the founder opens an intent issue', async () => {
    const opened = await founder.post<{ number: number }>(`${at}/issues`, { title: 'Volume discounts for wholesale orders', body: intentBody(variant), labels: ['intent'] });
    return { detail: `#${opened.number}`, value: opened.number };
  });
  const spec = await teller.step('Assay answers with one spec', async () => {
    const comment = await standing(founder, issue, { says: /To approve exactly this spec/, never: /failed|Not started/ });
    const criteria = comment.body.match(/^\| `AC\d+` /gm)?.length ?? 0;
    expect(criteria === 4 && /Locked surface: function `volumeTotal`/.test(comment.body) && /risk tier/.test(comment.body) && /Forecast/.test(comment.body), 'criteria, surface, risk tier and forecast in the comment', comment.body);
    return { detail: `${criteria} criteria, surface volumeTotal`, value: { comment, criteria, line: approveLine(comment.body) } };
  });
  const sha256 = await teller.step('the founder approves exactly that spec', async () => {
    const said = await founder.post<{ id: number }>(`${at}/issues/${issue}/comments`, { body: spec.line });
    const reply = await replyTo(founder, issue, said.id);
    const digest = /spec `([0-9a-f]{64})`/.exec(reply.body)?.[1];
    expect(digest !== undefined && spec.line.includes(digest.slice(0, 12)), 'an acknowledgement that names the digest', reply.body);
    return { detail: `${spec.line}`, value: digest ?? '' };
  });
  await teller.step('three families build it apart, two behave the same', async () => {
    await standing(founder, issue, { says: /#### Consensus[\s\S]*\*\*pass\*\*/, never: /No consensus|Too few|failed|Not reproduced/ });
    return { detail: 'consensus reached', value: null };
  });
  const pullRequest = await teller.step('the Auditor reproduces it and a pull request appears', async () => {
    await standing(founder, issue, { says: /A change is ready for review/, never: /Audit failed|Not reproduced/ });
    const opened = await until('the pull request', async () => (await founder.get<PullRequest[]>(`${at}/pulls?state=open`)).find((one) => one.body.includes(`Closes #${issue}`)));
    return { detail: `#${opened.number} by ${opened.user.login}`, value: opened };
  });
  const known = outputs(await status(world.assay.url, `/intents/${repositoryId}/${issue}`));
  await teller.step('the one input on which the third differs is shown', async () => {
    const { consensus, audit } = known;
    expect(consensus?.outcome === 'pass' && audit?.reproduced === true, 'a consensus that the Auditor reproduced', { consensus: consensus?.outcome, audit });
    const winners = consensus?.clusters[0]?.families ?? [];
    expect(winners.length === 2 && !winners.includes(variant.wrongFamily), `the two families other than ${variant.wrongFamily}`, winners);
    const dissent = consensus?.dissent[0];
    const boundary = variant.thresholds[variant.wrongAt];
    const input = dissent?.input as { args?: number[] } | number[] | undefined;
    const args = Array.isArray(input) ? input : input?.args ?? [];
    expect(args[1] === boundary, `an input at the boundary ${boundary}`, dissent);
    return { detail: `${JSON.stringify(args)}: ${JSON.stringify(dissent?.outputs)}, right is ${expectedTotal(variant, args[0] ?? 0, args[1] ?? 0)}`, value: null };
  });
  const consensus = known.consensus!;
  const outcomeOf = (id: string) => (consensus.clusters[0]?.members.includes(id) ? 'agrees' : 'dissents');
  return {
    issue, repositoryId, pullRequest, spec: { sha256, criteria: spec.criteria },
    candidates: families.flatMap((family) => known.builds.filter((build) => build.candidate?.family === family)).map(({ candidate }) => ({ id: candidate!.id, family: candidate!.family, model: candidate!.model, outcome: outcomeOf(candidate!.id) })),
    consensus: { outcome: consensus.outcome, families: consensus.clusters[0]?.families ?? [], dissent: consensus.dissent.slice(0, 1) },
    audit: { reproduced: known.audit?.reproduced ?? false }, sandbox: known.sandbox,
  };
}
