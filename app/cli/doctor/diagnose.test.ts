import { describe, expect, it } from 'vitest';
import { diagnose, exitCodeFor } from './diagnose.ts';
import type { DoctorFacts, ProtectionFacts, RepositoryFacts, RuleFacts } from './facts.ts';

const known = <T>(value: T) => ({ known: true, value }) as const;
const refused = (why: string, status = 403) => ({ known: false, status, why }) as const;
const permissions = { checks: 'write', contents: 'write', metadata: 'read' };

const protection: ProtectionFacts = { checks: [{ context: 'assay', appId: 1001 }], strict: false, enforceAdmins: true, forcePushes: false, bypass: [] };
const rule: RuleFacts = { type: 'required_status_checks', rulesetId: 5, organization: false, checks: [{ context: 'assay', appId: 1001 }] };
const ruleset = { id: 5, name: 'main', organization: false, enforcement: 'active', bypass: [] as string[] | null };

function repository(altered: Partial<RepositoryFacts> = {}): RepositoryFacts {
  return {
    name: 'acme/shop', installation: known({ permissions, suspended: false }), repository: known({ private: false, archived: false, defaultBranch: 'main', allowAutoMerge: false }),
    protection: known(protection), rules: known([]), rulesets: [], actionsMayApprove: known(false), presence: known('account'), cliBuilders: known([]), workflow: null, ...altered,
  };
}
function facts(altered: Partial<DoctorFacts> = {}): DoctorFacts {
  return {
    app: known({ id: 1001, slug: 'assay', permissions, events: ['push'] }), wanted: { permissions, events: ['push'] }, pagesUrl: 'https://github.com',
    hook: known({ url: 'https://assay.example.com/api/github/webhooks' }), deliveries: known([{ status: 'OK', event: 'push', deliveredAt: 1 }]),
    repository: repository(), sandbox: { name: 'bubblewrap+cgroup2', words: 'contained', remedy: null }, tools: [{ name: 'git', version: '2.39', needed: true, install: 'apt-get install git' }], locked: [], signIn: false, evidenceKey: null, keyService: null, ...altered,
  };
}
const codes = (given: DoctorFacts) => diagnose(given).filter((each) => each.outcome !== 'ok').map((each) => `${each.outcome} ${each.code}`);
const of = (altered: Partial<RepositoryFacts>) => codes(facts({ repository: repository(altered) }));

describe('a repository where everything holds', () => {
  it('has no problem and exits 0', () => {
    expect(codes(facts())).toEqual([]);
    expect(exitCodeFor(diagnose(facts()))).toBe(0);
  });

  it('may do it with a ruleset instead, which binds administrators by itself', () => {
    expect(of({ protection: known(null), rules: known([rule]), rulesets: [known(ruleset)] })).toEqual([]);
  });
});

describe('the required check', () => {
  it.each([
    ['from anyone (no id)', [{ context: 'assay', appId: null }], 'problem SPOOFABLE'],
    ['from anyone (-1)', [{ context: 'assay', appId: -1 }], 'problem SPOOFABLE'],
    ['from another App', [{ context: 'assay', appId: 15368 }], 'problem CHECK_PINNED_ELSEWHERE'],
    ['by another name', [{ context: 'assay/policy', appId: 1001 }], 'problem CHECK_NOT_REQUIRED'],
  ])('%s does not hold', (_, checks, code) => expect(of({ protection: known({ ...protection, checks }) })).toEqual([code]));

  it('comes with a command that pins it to this App', () => {
    const found = diagnose(facts({ repository: repository({ protection: known(null) }) })).find((each) => each.code === 'BRANCH_UNPROTECTED');
    const body = JSON.parse(/echo '(.*)' \|/.exec(found?.command ?? '')?.[1] ?? '{}') as { rules: { type: string; parameters?: object }[] };
    expect(body.rules.find((each) => each.type === 'required_status_checks')?.parameters).toMatchObject({ required_status_checks: [{ context: 'assay', integration_id: 1001 }] });
  });
});

describe('the key service', () => {
  const service = (keyId: string) => ({ host: 'vault.example', answer: known({ keyId }) });
  it('that signs with another key than evidence has is told', () => {
    const evidenceKey = { keyId: 'one', since: 0, retired: 0, now: 1 };
    expect(codes(facts({ keyService: service('one'), evidenceKey }))).toEqual([]);
    expect(codes(facts({ keyService: service('two'), evidenceKey }))).toEqual(['unknown KEY_SERVICE_OTHER_KEY']);
    expect(exitCodeFor(diagnose(facts({ keyService: service('two'), evidenceKey })))).toBe(0);
    expect(codes(facts({ keyService: { host: 'vault.example', answer: refused('sealed') } }))).toEqual(['problem KEY_SERVICE_FAILS']);
  });
});

describe('ways around', () => {
  it('administrators', () => expect(of({ protection: known({ ...protection, enforceAdmins: false }) })).toEqual(['problem ADMINS_NOT_BOUND']));
  it('listed actors and force pushes', () => expect(of({ protection: known({ ...protection, forcePushes: true, bypass: ['user root'] }) })).toEqual(['problem FORCE_PUSH_ALLOWED', 'problem BYPASS_ACTORS']));
  it('no workflow to judge with', () => {
    const workflow = (found: 'dispatchable' | 'not dispatchable' | 'missing') => ({ workflow: { path: '.github/workflows/assay.yml', found: known(found) } });
    expect([of(workflow('missing')), of(workflow('not dispatchable')), of(workflow('dispatchable'))]).toEqual([['problem WORKFLOW_MISSING'], ['problem WORKFLOW_NOT_DISPATCHABLE'], []]);
    expect(of({ workflow: { path: 'x', found: refused('no') } })).toEqual(['unknown WORKFLOW_UNREADABLE']);
  });
  it('approvals by passkey where nobody can sign in', () => {
    expect(of({ presence: known('passkey') })).toEqual(['problem PASSKEY_NO_SIGN_IN']);
    expect(codes(facts({ signIn: true, repository: repository({ presence: known('passkey') }) }))).toEqual([]);
    expect(of({ presence: refused('no') })).toEqual(['unknown PRESENCE_UNREADABLE']);
  });
  it('workflows that approve', () => expect(of({ actionsMayApprove: known(true) })).toEqual(['problem ACTIONS_CAN_APPROVE']));
  it('actors of a ruleset', () => expect(of({ protection: known(null), rules: known([rule]), rulesets: [known({ ...ruleset, bypass: ['Team 3 (always)'] })] })).toEqual(['problem BYPASS_ACTORS']));

  it('hidden actors are unknown, with the command that answers it, and no reason to exit 0', () => {
    const hidden = diagnose(facts({ repository: repository({ protection: known(null), rules: known([{ ...rule, organization: true }]), rulesets: [known({ ...ruleset, organization: true, bypass: null })] }) }));
    expect(hidden.find((each) => each.code === 'BYPASS_HIDDEN')).toMatchObject({ outcome: 'unknown', command: expect.stringContaining('gh api orgs/acme/rulesets/5 --jq .bypass_actors') });
    expect(exitCodeFor(hidden)).toBe(1);
  });
});

describe('what cannot be enforced or read', () => {
  it('a plan without protection is a problem', () => expect(of({ protection: refused('Upgrade to GitHub Pro or make this repository public'), rules: refused('Upgrade to GitHub Pro') })).toEqual(['problem PLAN_CANNOT_ENFORCE']));
  it('an unreadable protection is unknown, never well', () => expect(of({ protection: refused('Resource not accessible'), rules: refused('x', 500), actionsMayApprove: refused('x') })).toEqual(['unknown PROTECTION_UNREADABLE', 'unknown RULES_UNREADABLE', 'unknown ACTIONS_APPROVAL_UNREADABLE']));
  it('what was read is judged although the rest was not', () => {
    expect(of({ rules: refused('x', 500) })).toEqual(['unknown RULES_UNREADABLE']);
    expect(of({ rules: refused('x', 500), protection: known({ ...protection, checks: [{ context: 'assay', appId: null }] }) })).toEqual(['unknown RULES_UNREADABLE', 'problem SPOOFABLE']);
    expect(of({ rules: refused('x', 500), protection: known({ ...protection, checks: [] }) })).toEqual(['unknown RULES_UNREADABLE']);
  });
  it('a repository without the App', () => expect(of({ installation: refused('Not Found', 404) })).toEqual(['problem NOT_INSTALLED']));
  it('an installation whose owner did not accept new permissions', () => expect(of({ installation: known({ permissions: { metadata: 'read' }, suspended: false }) })).toEqual(['problem PERMISSIONS_NOT_ACCEPTED']));
  it('an archived one', () => expect(of({ repository: known({ private: false, archived: true, defaultBranch: 'main', allowAutoMerge: null }) })).toEqual(['problem REPOSITORY_ARCHIVED']));
});

describe('the App and the machine', () => {
  it.each<[string, Partial<DoctorFacts>, string[]]>([
    ['no credentials', { app: null }, ['problem CREDENTIALS_MISSING']],
    ['refused credentials', { app: refused('bad', 401) }, ['problem CREDENTIALS_REFUSED']],
    ['no GitHub', { app: refused('ECONNREFUSED', 0) }, ['unknown GITHUB_UNREACHABLE']],
    ['too few and too many permissions', { app: known({ id: 1001, slug: 'assay', permissions: { metadata: 'read', contents: 'write', checks: 'read', secrets: 'read' }, events: [] }) }, ['problem PERMISSIONS_LACKING', 'problem PERMISSIONS_EXCESS', 'problem EVENTS_MISSING']],
    ['no webhook address', { hook: known({ url: '' }) }, ['problem HOOK_MISSING']],
    ['an address on one machine', { hook: known({ url: 'http://localhost:3000/x' }) }, ['problem HOOK_UNREACHABLE']],
    ['plain text', { hook: known({ url: 'http://assay.example.com/x' }) }, ['problem HOOK_NOT_ENCRYPTED']],
    ['failing deliveries', { deliveries: known([{ status: 'Invalid HTTP Response: 503', event: 'push', deliveredAt: 1 }]) }, ['problem DELIVERIES_FAIL']],
    ['no sandbox', { sandbox: { name: 'none', words: 'nothing holds', remedy: 'sudo apt-get install bubblewrap' } }, ['problem SANDBOX_NONE']],
    ['no git', { tools: [{ name: 'git', version: null, needed: true, install: 'apt-get install git' }] }, ['problem TOOL_MISSING']],
  ])('%s', (_, altered, expected) => expect(codes(facts({ ...altered, repository: null }))).toEqual(expected));

  it('a missing tool is unknown where it is required, spare where it is not, and no reason to fail', () => {
    const tool = { version: '1', installed: false, required: true, neededBy: 'G02', install: 'npx assay tools install gitleaks' };
    const missing = diagnose(facts({ locked: [{ ...tool, name: 'gitleaks' }, { ...tool, name: 'checkov', required: false }, { ...tool, name: 'ruff', installed: true }] }));
    const told = missing.filter((each) => each.code.startsWith('TOOL')).map((each) => `${each.outcome} ${each.code}`);
    expect([told, exitCodeFor(missing)]).toEqual([['ok TOOL_PRESENT', 'ok TOOLS_PRESENT', 'unknown TOOL_NOT_INSTALLED', 'ok TOOLS_ABSENT'], 0]);
  });

  it('silence is unknown but no reason to fail', () => {
    const silent = diagnose(facts({ deliveries: known([]) }));
    expect([silent.find((each) => each.code === 'DELIVERIES_NONE')?.outcome, exitCodeFor(silent)]).toEqual(['unknown', 0]);
  });

  it('every problem and everything unknown names a command', () => {
    const all = diagnose(facts({ app: known({ id: 1001, slug: 'assay', permissions: {}, events: [] }), hook: refused('x'), repository: repository({ protection: known({ ...protection, checks: [], enforceAdmins: false, forcePushes: true, bypass: ['user x'] }), rules: known([{ ...rule, checks: [] }]), rulesets: [refused('x')], actionsMayApprove: known(true) }) }));
    expect(all.filter((each) => each.outcome !== 'ok' && !each.command)).toEqual([]);
  });
});

describe('the key that signs evidence', () => {
  it('has its age told, and a year is too old without the gate being open for it', () => {
    const aged = (days: number) => facts({ evidenceKey: { keyId: 'a2V5', since: 0, retired: 1, now: days * 86_400_000 } });
    const [young, old] = [diagnose(aged(12)), diagnose(aged(400))];
    expect(young.find(({ code }) => code === 'EVIDENCE_KEY_AGE')?.words).toBe('The key a2V5 has signed evidence for 12 days; 1 before it is retired.');
    expect(old.find(({ code }) => code === 'EVIDENCE_KEY_OLD')).toMatchObject({ outcome: 'problem', severity: 'low', command: expect.stringContaining('assay keys rotate') });
    expect(diagnose(facts()).some(({ code }) => code.startsWith('EVIDENCE_KEY'))).toBe(false);
  });
});
