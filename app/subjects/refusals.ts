/** Policy's codes as sentences: what is wrong and what to do. Shared by intents and changes. */
import { usage, type Command } from '../core/command.ts';
import { code } from '../core/markdown.ts';

const sentences: Record<string, string> = {
  APPROVAL_OK: 'This approval counts.',
  APPROVAL_REVOKED: 'This approval was revoked, or its comment deleted. Approve again if you mean it.',
  APPROVAL_EDITED: 'This comment was edited, so nobody can tell what was said first: it does not count. Write a new comment.',
  APPROVAL_AGENT: 'This comment comes from an App or a bot. Agents never approve; a human with write permission must.',
  APPROVAL_PERMISSION: 'Its author has no write permission in this repository. Somebody who has must approve.',
  APPROVAL_FUTURE: 'Its time lies in the future. Check the clocks and approve again.',
  APPROVAL_CLASS: 'The configuration does not accept this class of approval (`approval.classes`). Somebody else must approve.',
  APPROVAL_PUSHER: 'Its author pushed commits to this change, or it holds commits that belong to no account, so this is no independent judgement. Somebody else must approve, or the commits get an author that GitHub knows.',
  APPROVAL_PRESENCE: 'The configuration asks for a passkey (`approval.presence`). Open the page below, sign in to GitHub there and sign this evidence; the comment then counts.',
  APPROVAL_STALE_SHA: 'It names another state than the present one. Read the evidence again and approve what is there now.',
  APPROVAL_BASE_MOVED: 'The base has moved into this change since, or it is to be merged elsewhere: the evidence is of another merge now. Read it again and approve what is there.',
  APPROVAL_SLOTS_NOT_READY: 'Not every required check passes for this head, and no approval makes up for that. Mend what fails, or comment `/retry` where the failure was ours.',
  APPROVAL_NOT_PUBLISHED: 'The evidence for this head was not published yet. Wait for the approval line in the standing comment.',
  APPROVAL_DIGEST: 'It names other evidence than the present manifest. Read the evidence again and approve what is there now.',
  APPROVAL_WEAKENING: 'This change makes passing easier: approving it takes the exact line with the digest of the evidence.',
  APPROVAL_TOO_EARLY: 'It came before the evidence had been there long enough to be read. Use the exact line.',
  APPROVAL_EXPIRED: 'It is older than the configuration allows (`approval.maxAge`). Approve again.',
  APPROVAL_COOL_DOWN: 'It is by the person who asked for the change, and the configuration lets such an approval count only some time after the evidence was published (`approval.coolDown`). It stands; nothing more is to be done.',
  APPROVAL_QUORUM: 'It counts, and more people must approve (`approval.quorum`).',
  APPROVAL_NEEDED: 'A human with write permission must approve.',
  APPROVAL_REJECTED: 'A human rejected this. `/revoke` by the same person takes that back.',
  SLOT_PENDING: 'This has no verdict yet.',
  SLOT_STALE_SHA: 'The verdict is about another commit.',
  SLOT_GRADE: 'It passes, and was not done in a way that counts for a change from a fork (`forks` of the configuration).',
  BINDING_UNKNOWN: 'GitHub has not tried yet how this head merges into its base; Assay asks again in a few seconds.',
  BINDING_MOVED: 'The base has moved into this change: it is judged anew.',
  CHANGE_NOT_OPEN: 'The pull request is not open.',
  CHANGE_DRAFT: 'The pull request is a draft; mark it ready for review.',
  EXECUTE_NEEDS_RETRY: 'The author has no write permission here: model calls and execution wait until somebody who has comments `/retry` on this head.',
  BUDGET_CAP: 'The budget of this project is used up. Somebody with write permission may raise it with `/budget <usd>`, up to the cap.',
  BUDGET_STALE: 'The cost figures are older than a day.',
  FINOPS_WEEK_WARN: 'This week costs over 115 % of its target.',
  FINOPS_PLAN_REQUIRED: 'This week costs over 115 % of its target: say in `budget.optimisationPlan` of the configuration what is done about it.',
  FINOPS_WEEK_STOP: 'This week has reached its ceiling (`budget.weekCeilingUsd`). Spending goes on when a day of it has passed, or with a higher ceiling.',
  FINOPS_PROJECT_STOP: 'This project has reached its cap (`budget.projectUsd`).',
  FINOPS_STALE: 'The cost figures are older than a day.',
  BUDGET_INVALID: 'The cost figures cannot be read.',
  AGENT_REVOKED: 'The configuration revokes an agent that this work needs (`agents.revoked`).',
  AGENT_APPROVAL: 'The task is hard or of high risk, and no human whose approval counts has approved its spec within the last hour. Approve it again.',
  AGENT_CAPABILITY: 'No model may read this repository: none has a key here, or `residency` of the configuration keeps all of them out.',
  AGENT_COST: 'The project costs more than its cap (`budget.projectUsd`).',
  AGENT_RATE: 'The project has made all the model calls that it may (`agents.maxCalls`).',
  AGENT_RUNTIME: 'The work has run longer than `hours` of the configuration.',
  AGENT_TOKENS: 'The project has used all the tokens that it may (`agents.maxTokens`).',
  RULE_HOLDS: 'It holds.',
  RULE_PENDING: 'Not known yet.',
  RULE_NOT_JUDGED: 'No guardrail of this pack judges it.',
  RULE_DECEPTION: 'A placeholder, a rigged test or an unproven claim was found, or what looks for them did not run.',
  RULE_GATES: 'A gate did not pass.',
  RULE_AUTONOMY: 'Work broke down and waits for `/retry`, which no gate asks for.',
  RULE_COST_CAP: 'The project costs more than its cap (`budget.projectUsd`), or would with the work that is still to be done, at what such work has cost before.',
  RULE_TIME_CAP: 'The work has run longer than `hours` of the configuration.',
  RULE_QUALITY: 'The composite quality is under 85 %.',
  RULE_DATA_SAFETY: 'A secret or a privacy fault was found, or what looks for them did not run.',
  RULE_ENVIRONMENT: 'An image is not pinned, or the environments differ.',
  RULE_SHUTOFF: 'A cap is passed and work still runs.',
  RULE_COST_TRACKING: 'The costs are not known to the minute: work has ended and a call of it was never settled. Ten minutes after its end it is counted at its worst case.',
};

/** The sentence for a code. One without a sentence is an input fault or new: it is shown as it is. */
export function refusalWords(reason: string): string {
  return sentences[reason] ?? `Policy refuses it with ${code(reason)}.`;
}

export function malformedWords(command: Extract<Command, { name: 'malformed' }>): string {
  return `${code(command.line)} is no command Assay can act on: ${command.why}. The commands are:\n\n${Object.values(usage).map((line) => `- ${code(line)}`).join('\n')}`;
}

/** `reason`: policy's, from the question who may do what. */
export function strangerWords(command: string, reason: string): string {
  return `\`/${command}\` needs a human with write permission in this repository (${code(reason)}).`;
}
