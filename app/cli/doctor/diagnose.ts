/** From facts to diagnoses: what is well, what is wrong and what cannot be told. Pure. */
import { type Answer, type AppFacts, type Diagnosis, type DoctorFacts, type RepositoryFacts, ok, problem, unknown } from './facts.ts';
import { diagnoseEnforcement } from './enforcement.ts';
import { diagnoseBuilders, diagnoseKeyService } from './services.ts';

export function diagnose(facts: DoctorFacts): Diagnosis[] {
  const machine = [...diagnoseKey(facts), ...diagnoseKeyService(facts), diagnoseSandbox(facts), ...facts.tools.map(diagnoseTool), ...diagnoseLocked(facts)];
  if (facts.app === null) {
    return [problem('CREDENTIALS_MISSING', 'APP_ID, PRIVATE_KEY and WEBHOOK_SECRET are not set, so nothing at GitHub could be asked.', 'npm start    # then open the page it prints'), ...machine];
  }
  if (!facts.app.known) return [diagnoseCredentials(facts.app), ...machine];
  const app = facts.app.value;
  const own = [ok('CREDENTIALS_ACCEPTED', `GitHub knows the App as ${app.slug} (${app.id}).`), ...diagnosePermissions(facts, app), ...diagnoseEvents(facts, app), ...diagnoseHook(facts, app)];
  return [...own, ...(facts.repository ? diagnoseRepository(facts, app) : []), ...machine];
}

const dayMs = 86_400_000;
const oldKeyDays = 365;

function diagnoseKey({ evidenceKey: key }: DoctorFacts): Diagnosis[] {
  if (key === null) return [];
  const days = Math.floor((key.now - key.since) / dayMs);
  const words = `The key ${key.keyId} has signed evidence for ${days} day${days === 1 ? '' : 's'}; ${key.retired} before it ${key.retired === 1 ? 'is' : 'are'} retired.`;
  if (days < oldKeyDays) return [ok('EVIDENCE_KEY_AGE', words)];
  return [{ ...problem('EVIDENCE_KEY_OLD', `${words} The older a key, the more it may have been copied.`, 'npx assay keys rotate    # then restart the App'), severity: 'low' }];
}

/** 0 only where nothing is wrong and nothing that matters is untold. */
export function exitCodeFor(diagnoses: Diagnosis[]): 0 | 1 {
  return diagnoses.some(({ outcome, severity }) => outcome === 'problem' || (outcome === 'unknown' && severity === 'high')) ? 1 : 0;
}

function diagnoseCredentials(answer: { status: number; why: string }): Diagnosis {
  if (answer.status === 401 || answer.status === 404) {
    return problem('CREDENTIALS_REFUSED', `GitHub does not accept APP_ID with PRIVATE_KEY (${answer.why}).`, 'date -u; echo "$APP_ID"    # then make a new key on the App\'s settings page');
  }
  return unknown('GITHUB_UNREACHABLE', `GitHub could not be asked (${answer.why}).`, 'npx assay doctor');
}

const rank = ['none', 'read', 'write', 'admin'];

function permissionGaps(wanted: Record<string, string>, given: Record<string, string>): { lacking: string[]; excess: string[] } {
  const atLeast = (name: string, level: string) => rank.indexOf(given[name] ?? 'none') >= rank.indexOf(level);
  const lacking = Object.entries(wanted).filter(([name, level]) => !atLeast(name, level)).map(([name, level]) => `${name}: ${level}`);
  const excess = Object.entries(given).filter(([name, level]) => rank.indexOf(level) > rank.indexOf(wanted[name] ?? 'none')).map(([name, level]) => `${name}: ${level}`);
  return { lacking, excess };
}

function diagnosePermissions(facts: DoctorFacts, app: AppFacts): Diagnosis[] {
  const { lacking, excess } = permissionGaps(facts.wanted.permissions, app.permissions);
  const page = `xdg-open ${facts.pagesUrl}/settings/apps/${app.slug}/permissions`;
  const found: Diagnosis[] = [];
  if (lacking.length > 0) found.push(problem('PERMISSIONS_LACKING', `The App may not: ${lacking.join(', ')}.`, page));
  if (excess.length > 0) found.push(problem('PERMISSIONS_EXCESS', `The App may do more than app.yml asks for: ${excess.join(', ')}.`, page));
  return found.length > 0 ? found : [ok('PERMISSIONS_EXACT', 'The App\'s permissions are those of app.yml.')];
}

function diagnoseEvents(facts: DoctorFacts, app: AppFacts): Diagnosis[] {
  const missing = facts.wanted.events.filter((event) => !app.events.includes(event));
  if (missing.length === 0) return [ok('EVENTS_COMPLETE', 'The App hears every event that it acts on.')];
  const words = `The App does not hear: ${missing.join(', ')}; the sweep finds these changes late.`;
  return [{ ...problem('EVENTS_MISSING', words, `xdg-open ${facts.pagesUrl}/settings/apps/${app.slug}/permissions`), severity: 'low' }];
}

function diagnoseHook(facts: DoctorFacts, app: AppFacts): Diagnosis[] {
  const settings = `xdg-open ${facts.pagesUrl}/settings/apps/${app.slug}`;
  if (!facts.hook.known) return [unknown('HOOK_UNREADABLE', `The webhook's address could not be read (${facts.hook.why}).`, settings)];
  const { url } = facts.hook.value;
  if (!URL.canParse(url)) return [problem('HOOK_MISSING', 'The App has no webhook address, so GitHub tells it nothing.', settings)];
  const found: Diagnosis[] = [];
  const local = isLoopback(url);
  if (local && !isLoopback(facts.pagesUrl)) found.push(problem('HOOK_UNREACHABLE', `GitHub cannot reach ${url}: it is an address on one machine.`, settings));
  else if (!local && url.startsWith('http:')) found.push(problem('HOOK_NOT_ENCRYPTED', `Events travel readable to ${url}.`, settings));
  return [...found, diagnoseDeliveries(facts.deliveries, url)];
}

function isLoopback(address: string): boolean {
  return /^(localhost|\[::1\]|127(\.\d+){3})$/.test(new URL(address).hostname);
}

function diagnoseDeliveries(deliveries: DoctorFacts['deliveries'], url: string): Diagnosis {
  if (!deliveries.known) return unknown('DELIVERIES_UNREADABLE', `The last deliveries could not be read (${deliveries.why}).`, 'npx assay doctor');
  const [last] = deliveries.value;
  if (!last) return { ...unknown('DELIVERIES_NONE', 'GitHub has delivered nothing in the last hour, so nobody knows yet whether it can.', `curl -sS -o /dev/null -w '%{http_code}\\n' -X POST ${url}    # 400 or 401: reachable`), severity: 'low' };
  const failed = deliveries.value.filter((delivery) => delivery.status !== 'OK').length;
  if (last.status === 'OK') return ok('DELIVERIES_ARRIVE', `The last delivery (${last.event}) arrived; ${failed} of the last ${deliveries.value.length} failed.`);
  return problem('DELIVERIES_FAIL', `The last delivery (${last.event}) failed: ${last.status}; ${failed} of the last ${deliveries.value.length} failed.`, `curl -sS -D - -o /dev/null -X POST ${url}`);
}

function diagnoseRepository(facts: DoctorFacts, app: AppFacts): Diagnosis[] {
  const { name, installation, repository } = facts.repository!;
  const install = `xdg-open ${facts.pagesUrl}/apps/${app.slug}/installations/new`;
  if (!installation.known) return [installation.status === 404 ? problem('NOT_INSTALLED', `The App is not installed on ${name}.`, install) : unreadable('INSTALLATION_UNREADABLE', 'the installation', installation)];
  if (installation.value.suspended) return [problem('INSTALLATION_SUSPENDED', `The App's installation on ${name} is suspended.`, install)];
  const { lacking } = permissionGaps(facts.wanted.permissions, installation.value.permissions);
  const accepted = lacking.length === 0 ? [] : [problem('PERMISSIONS_NOT_ACCEPTED', `The owner of ${name} has not accepted: ${lacking.join(', ')}.`, install)];
  if (!repository.known) return [...accepted, unreadable('REPOSITORY_UNREADABLE', name, repository)];
  if (repository.value.archived) return [...accepted, problem('REPOSITORY_ARCHIVED', `${name} is archived: nothing can be posted or merged.`, `gh repo unarchive ${name}`)];
  return [...accepted, ...diagnoseEnforcement(facts.repository!, repository.value, app), ...diagnoseActions(facts, name), ...diagnosePresence(facts), ...diagnoseBuilders(facts, facts.repository!), ...diagnoseWorkflow(facts.repository!), diagnoseAutoMerge(repository.value)];
}

function unreadable(code: string, what: string, answer: { why: string }): Diagnosis {
  return unknown(code, `${what} could not be read (${answer.why}).`, 'npx assay doctor');
}

/** Nobody could ever approve: the comment waits for a signature that no page can take. */
function diagnosePresence({ repository, signIn }: DoctorFacts): Diagnosis[] {
  const { presence, name } = repository!;
  if (!presence.known) return [unknown('PRESENCE_UNREADABLE', `What .github/assay.yml of ${name} asks of approvals could not be read (${presence.why}).`, `gh api repos/${name}/contents/.github/assay.yml --jq .content | base64 -d`)];
  if (presence.value === 'account') return [];
  if (signIn) return [ok('PASSKEY_SIGN_IN', 'Approvals take a passkey, and people can sign in for it.')];
  return [problem('PASSKEY_NO_SIGN_IN', `${name} lets approvals count by passkey alone (approval.presence), and this App has no web sign-in: nobody can approve.`, 'export GITHUB_CLIENT_ID=… GITHUB_CLIENT_SECRET=…    # those of the App\'s settings page, then restart the App')];
}

function diagnoseActions({ repository }: DoctorFacts, name: string): Diagnosis[] {
  const answer: Answer<boolean> = repository!.actionsMayApprove;
  const path = `repos/${name}/actions/permissions/workflow`;
  if (!answer.known) return [unknown('ACTIONS_APPROVAL_UNREADABLE', `Whether workflows may approve pull requests could not be read (${answer.why}).`, `gh api ${path} --jq .can_approve_pull_request_reviews`)];
  if (!answer.value) return [ok('ACTIONS_CANNOT_APPROVE', 'Workflows may not approve pull requests.')];
  return [problem('ACTIONS_CAN_APPROVE', 'Workflows may approve pull requests, so a change can approve itself.', `gh api -X PUT ${path} -F can_approve_pull_request_reviews=false`)];
}

/** Without it every pull request ends in an error: the verdicts come from there. */
function diagnoseWorkflow({ name, workflow }: RepositoryFacts): Diagnosis[] {
  if (!workflow) return [];
  const { path, found } = workflow;
  const show = `gh api repos/${name}/contents/${path} --jq .html_url    # the README shows the file; ASSAY_EXECUTOR=local needs none`;
  if (!found.known) return [unknown('WORKFLOW_UNREADABLE', `${path} could not be read (${found.why}).`, show)];
  if (found.value === 'missing') return [problem('WORKFLOW_MISSING', `The default branch has no ${path}, which the App dispatches to judge changes.`, show)];
  if (found.value === 'not dispatchable') return [problem('WORKFLOW_NOT_DISPATCHABLE', `${path} has no workflow_dispatch trigger with the inputs "job" and "blob".`, show)];
  return [ok('WORKFLOW_DISPATCHABLE', `${path} is there to be dispatched.`)];
}

function diagnoseAutoMerge({ allowAutoMerge }: { allowAutoMerge: boolean | null }): Diagnosis {
  return allowAutoMerge ? ok('AUTO_MERGE_ON', 'Auto-merge is allowed; it waits for the required checks like everyone.') : ok('AUTO_MERGE_OFF', 'Auto-merge is off or not told; Assay does not need it.');
}

function diagnoseSandbox({ sandbox }: DoctorFacts): Diagnosis {
  if (sandbox.name === 'none') return problem('SANDBOX_NONE', `Untrusted code does not run here: ${sandbox.words}`, sandbox.remedy);
  return ok('SANDBOX_GRADE', `Untrusted code runs under ${sandbox.name}: ${sandbox.words}`, sandbox.remedy);
}

function diagnoseTool({ name, version, needed, install }: DoctorFacts['tools'][number]): Diagnosis {
  if (version !== null) return ok('TOOL_PRESENT', `${name} ${version}.`);
  return needed ? problem('TOOL_MISSING', `${name} is missing and needed.`, install) : ok('TOOL_ABSENT', `${name} is absent; what needs it says so when it is asked.`, install);
}

/** A missing tool is told and fails nothing: whatever needs it answers `error` by itself, never less. */
function diagnoseLocked({ locked }: DoctorFacts): Diagnosis[] {
  const namesOf = (tools: DoctorFacts['locked']) => tools.map((tool) => `${tool.name} ${tool.version}`).join(', ');
  const present = locked.filter((tool) => tool.installed);
  const missing = locked.filter((tool) => !tool.installed && tool.required);
  const spare = locked.filter((tool) => !tool.installed && !tool.required);
  return [
    ...(present.length > 0 ? [ok('TOOLS_PRESENT', `Installed as locked: ${namesOf(present)}.`)] : []),
    ...missing.map((tool): Diagnosis => ({ ...unknown('TOOL_NOT_INSTALLED', `${tool.name} ${tool.version} is not installed; it serves: ${tool.neededBy}.`, tool.install), severity: 'low' })),
    ...(spare.length > 0 ? [ok('TOOLS_ABSENT', `Used where present, and not installed: ${namesOf(spare)}.`, 'npx assay tools install --all')] : []),
  ];
}
