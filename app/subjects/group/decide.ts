/**
 * The check `assay` on a merge group's commit: as good as the worst of its members, each judged anew for exactly the head and the base that are merged here. A commit
 * that the queue does not know is an error, whatever its branch is called. Pure.
 */
import { code, table } from '../../core/markdown.ts';
import type { Step } from '../../core/step.ts';
import { conclusionOf, worst, type Outcome } from '../../core/verdict.ts';
import { changeKey } from '../../core/subject.ts';
import { sharedOutcome } from '../change/conclude.ts';
import type { Decision } from '../decision.ts';
import type { GroupFacts, Member } from './facts.ts';
import { knownNote } from './observe.ts';

const lookAgainMs = 60_000;

/** Why a member does not pass here, as sentences. */
const faults = {
  GROUP_UNKNOWN: 'No entry of the merge queue has this commit for its head, so nobody can say what is in it. Only the queue makes groups; a branch with such a name is none.',
  GROUP_MEMBER_GONE: 'The pull request is gone or closed.',
  GROUP_WAITING: 'GitHub has not tried yet how the pull request merges; it is asked again in a few seconds.',
  GROUP_BASE: 'The group does not stand on the tip of its base branch.',
  GROUP_PARENTS: 'Its commit was not made of the base of its entry and the head of the pull request.',
  GROUP_HEAD: 'The head in the group is not the present one, for which evidence and approval are.',
  GROUP_TREE: 'What is merged here is not what was judged: the base has moved into the change.',
  GROUP_NOT_PASSING: 'The pull request does not pass by itself.',
} as const;
type GroupCode = keyof typeof faults | 'GROUP_OK';

interface Judged { number: number; code: GroupCode; outcome: Outcome }

export function decide(facts: GroupFacts): Decision {
  const { group, members, landed, wasKnown } = facts;
  // A group that is over, merged or not, is nobody's question any more.
  if (members.length === 0 && (landed || wasKnown || group.commit === null)) return { steps: [], lookAgainAt: null, open: false };
  const judged = members.map((member, index) => judge(member, { onto: index === 0 ? group.tip : members[index - 1]!.entry.head, landed: members.some(({ entry }) => entry.head === group.tip) }));
  const outcome = worst(judged.map((one) => one.outcome));
  const first = judged.find((one) => one.code !== 'GROUP_OK');
  const codes = members.length === 0 ? ['GROUP_UNKNOWN' as const] : judged.map((one) => one.code);
  // A check that has failed puts the group out of the queue: what is only not known yet has not.
  const isWaiting = outcome === 'neutral' && judged.every(({ code: said, outcome: its }) => said === 'GROUP_WAITING' || its === 'pass');
  const steps: Step[] = [
    ...(members.length > 0 ? [{ step: 'put-note', name: knownNote, value: members.map(({ entry }) => changeKey(group.repository.id, entry.pullRequest)) } as const] : []),
    { step: 'append-audit', once: `group ${outcome} ${codes.join(' ')}`, actor: 'assay', action: 'group.judged', detail: { sha: group.sha, branch: group.branch, outcome, members: judged, codes, policy: facts.policyDigest } },
    { step: 'set-check', run: {
      name: 'assay', headSha: group.sha, ...(isWaiting ? { status: 'in_progress', conclusion: null } as const : { status: 'completed', conclusion: conclusionOf(outcome) } as const), annotations: [], detailsUrl: facts.statusUrl,
      title: outcome === 'pass' ? `${judged.length} ${judged.length === 1 ? 'change passes' : 'changes pass'} as merged here` : members.length === 0 ? 'GROUP_UNKNOWN' : `${first!.code}: #${first!.number}`,
      summary: members.length === 0 ? faults.GROUP_UNKNOWN : summary(judged),
    } },
  ];
  return { steps, lookAgainAt: facts.now + (isWaiting ? 5_000 : lookAgainMs), open: true };
}

function summary(judged: readonly Judged[]): string {
  return table(['pull request', 'verdict', 'why'], judged.map((one) => [`#${one.number}`, one.outcome, one.code === 'GROUP_OK' ? 'Evidence and approval are for this head, merged into this base.' : `${code(one.code)} ${faults[one.code]}`]));
}

/** `onto`: what its commit must stand on; `landed`: the branch moved onto this group, or onto a part of it, while it was looked at. */
function judge(member: Member, where: { onto: string | null; landed: boolean }): Judged {
  const { entry, change } = member;
  const said = (code: GroupCode, outcome: Outcome): Judged => ({ number: entry.pullRequest, code, outcome });
  if (change === null || entry.head === null || entry.base === null) return said('GROUP_MEMBER_GONE', 'error');
  if (change.facts.change.merged?.sha === entry.head) return said('GROUP_OK', 'pass');
  if (change.facts.change.state !== 'open') return said('GROUP_MEMBER_GONE', 'error');
  if (change.ruling.binding === 'unknown') return said('GROUP_WAITING', 'neutral');
  const misplaced = misplacement(member, { ...where, headSha: change.facts.change.headSha });
  if (misplaced) return said(misplaced, misplaced === 'GROUP_PARENTS' ? 'error' : 'stale');
  const outcome = sharedOutcome(change.facts, change.ruling);
  if (outcome !== 'pass') return said('GROUP_NOT_PASSING', outcome);
  const isSame = member.movement === 'none' || (member.movement === 'elsewhere' && change.facts.config.approval.movedBase === 'touching');
  return isSame ? said('GROUP_OK', 'pass') : said('GROUP_TREE', 'stale');
}

/** What is wrong with where its commit stands, or null. */
function misplacement({ entry, commit }: Member, { onto, landed, headSha }: { onto: string | null; landed: boolean; headSha: string }): GroupCode | null {
  if (!landed && entry.base !== onto) return 'GROUP_BASE';
  const [base, head, ...more] = commit?.parents ?? [];
  if (base !== entry.base || more.length > 0) return 'GROUP_PARENTS';
  // A squash has no second parent; its content is compared all the same.
  return head !== undefined && head !== headSha ? 'GROUP_HEAD' : null;
}
