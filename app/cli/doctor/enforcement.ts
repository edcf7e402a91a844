/** Can anything reach the default branch around Assay? The required check, who it is pinned to, and who may go around it. Pure. */
import { type Diagnosis, ok, problem, type ProtectionFacts, type RepositoryFacts, type RuleFacts, type RulesetFacts, unknown } from './facts.ts';

const check = 'assay';

interface Branch {
  repo: string;
  branch: string;
  appId: number;
}

export function diagnoseEnforcement(facts: RepositoryFacts, { defaultBranch }: { defaultBranch: string }, app: { id: number }): Diagnosis[] {
  const at: Branch = { repo: facts.name, branch: defaultBranch, appId: app.id };
  const refusal = [facts.protection, facts.rules].find((answer) => !answer.known && /upgrade to github/i.test(answer.why));
  if (refusal) return [problem('PLAN_CANNOT_ENFORCE', `${at.repo} is private on a plan without branch protection: Assay can advise but nothing holds anybody to it.`, `gh repo edit ${at.repo} --visibility public --accept-visibility-change-consequences    # or upgrade the plan`)];
  const unread = unreadable(facts, at);
  const protection = facts.protection.known ? facts.protection.value : null;
  const rules = facts.rules.known ? facts.rules.value : [];
  if (!protection && rules.length === 0) return unread.length > 0 ? unread : [problem('BRANCH_UNPROTECTED', `Nothing protects ${at.branch}: anyone with write access merges past Assay.`, protect(at))];
  // What could not be read might require the check: only what was read can be blamed.
  const check = diagnoseCheck(at, protection, rules).filter((each) => unread.length === 0 || each.code !== 'CHECK_NOT_REQUIRED');
  return [...unread, ...check, ...diagnoseBypass(facts, at), ...(facts.rules.known ? [diagnoseQueue(rules, at)] : [])];
}

function unreadable(facts: RepositoryFacts, at: Branch): Diagnosis[] {
  const found: Diagnosis[] = [];
  if (!facts.protection.known) found.push(unknown('PROTECTION_UNREADABLE', `The protection of ${at.branch} could not be read (${facts.protection.why}).`, `gh api repos/${at.repo}/branches/${at.branch}/protection`));
  if (!facts.rules.known) found.push(unknown('RULES_UNREADABLE', `The rules for ${at.branch} could not be read (${facts.rules.why}).`, `gh api repos/${at.repo}/rules/branches/${at.branch}`));
  return found;
}

/** A ruleset without bypass actors: it binds administrators too. */
function protect({ repo, branch, appId }: Branch): string {
  const ruleset = {
    name: 'assay', target: 'branch', enforcement: 'active', bypass_actors: [], conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
    rules: [{ type: 'deletion' }, { type: 'non_fast_forward' }, { type: 'pull_request', parameters: { required_approving_review_count: 0, dismiss_stale_reviews_on_push: false, require_code_owner_review: false, require_last_push_approval: false, required_review_thread_resolution: false } },
      { type: 'required_status_checks', parameters: { strict_required_status_checks_policy: false, required_status_checks: [{ context: check, integration_id: appId }] } }],
  };
  return `echo '${JSON.stringify(ruleset)}' | gh api -X POST repos/${repo}/rulesets --input -`;
}

type Pin = 'pinned' | 'anyone' | 'other';

/** -1 and an absent id both mean: whoever can write a check. */
function pinOf(entry: { appId: number | null }, appId: number): Pin {
  if (entry.appId === null || entry.appId === -1) return 'anyone';
  return entry.appId === appId ? 'pinned' : 'other';
}

function diagnoseCheck(at: Branch, protection: ProtectionFacts | null, rules: RuleFacts[]): Diagnosis[] {
  const ofRules = rules.flatMap((rule) => rule.checks).filter((entry) => entry.context === check);
  const ofProtection = protection?.checks.filter((entry) => entry.context === check) ?? [];
  const pins = [...ofRules, ...ofProtection].map((entry) => pinOf(entry, at.appId));
  if (pins.length === 0) return [problem('CHECK_NOT_REQUIRED', `${at.branch} is protected, but does not require the check "${check}".`, protect(at))];
  if (!pins.includes('pinned')) {
    return pins.includes('anyone')
      ? [problem('SPOOFABLE', `The check "${check}" is required from anyone: every token that can write a check can forge it.`, protect(at))]
      : [problem('CHECK_PINNED_ELSEWHERE', `The check "${check}" is required from another App than ${at.appId}.`, protect(at))];
  }
  const required = ok('CHECK_REQUIRED', `${at.branch} requires "${check}", and only from this App.`);
  const boundByRule = ofRules.some((entry) => pinOf(entry, at.appId) === 'pinned');
  if (boundByRule || protection?.enforceAdmins) return [required];
  return [required, problem('ADMINS_NOT_BOUND', 'Administrators may merge past the protection.', `gh api -X POST repos/${at.repo}/branches/${at.branch}/protection/enforce_admins`)];
}

function diagnoseBypass(facts: RepositoryFacts, at: Branch): Diagnosis[] {
  const protection = facts.protection.known ? facts.protection.value : null;
  const found: Diagnosis[] = [];
  const branch = `repos/${at.repo}/branches/${at.branch}/protection`;
  if (protection?.forcePushes) found.push(problem('FORCE_PUSH_ALLOWED', `${at.branch} can be overwritten by a force push.`, protect(at)));
  if (protection && protection.bypass.length > 0) found.push(problem('BYPASS_ACTORS', `These may go around pull requests: ${protection.bypass.join(', ')}.`, `gh api ${branch}/required_pull_request_reviews --jq .bypass_pull_request_allowances`));
  const rulesets = facts.rulesets.map((answer) => (answer.known ? diagnoseRuleset(answer.value, at) : unknown('RULESET_UNREADABLE', `A ruleset on ${at.branch} could not be read (${answer.why}).`, `gh api repos/${at.repo}/rulesets`)));
  found.push(...rulesets.filter((each) => each !== null));
  if (!facts.rules.known) return found;
  return found.length > 0 ? found : [ok('NO_BYPASS', `Nobody is listed to go around the rules of ${at.branch}.`)];
}

function diagnoseRuleset(ruleset: RulesetFacts, at: Branch): Diagnosis | null {
  const path = ruleset.organization ? `orgs/${at.repo.split('/')[0]}/rulesets/${ruleset.id}` : `repos/${at.repo}/rulesets/${ruleset.id}`;
  const look = `gh api ${path} --jq .bypass_actors    # as someone who may edit the ruleset; [] is well`;
  if (ruleset.bypass === null) return unknown('BYPASS_HIDDEN', `GitHub hides from the App who may go around the ruleset "${ruleset.name}".`, look);
  if (ruleset.bypass.length === 0) return null;
  return problem('BYPASS_ACTORS', `These may go around the ruleset "${ruleset.name}": ${ruleset.bypass.join(', ')}.`, `gh api -X PUT ${path} --input - <<< '{"bypass_actors":[]}'`);
}

function diagnoseQueue(rules: RuleFacts[], at: Branch): Diagnosis {
  return rules.some((rule) => rule.type === 'merge_queue')
    ? ok('MERGE_QUEUE_ON', `${at.branch} has a merge queue; Assay judges the queue's commits too.`)
    : ok('MERGE_QUEUE_OFF', `${at.branch} has no merge queue; Assay merges directly.`);
}
