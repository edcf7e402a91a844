import { afterAll, describe, expect, it } from 'vitest';
import nock from 'nock';
import { address, appId, privateKey, recordGitHub } from '../../test/recordings/github.ts';
import { faultsOf } from '../../test/contract/openapi.ts';
import { startVault } from '../../test/world/vault.ts';
import { doctor, type DoctorWorld } from './doctor.ts';

afterAll(() => nock.cleanAll());
const api = '/api/v3';
const permissions = { metadata: 'read', administration: 'read', members: 'read', merge_queues: 'read', contents: 'write', issues: 'write', pull_requests: 'write', checks: 'write', actions: 'write', statuses: 'write' };

async function world(env: Record<string, string> = {}) {
  const github = await recordGitHub();
  let text = '';
  const credentials = { APP_ID: String(appId), PRIVATE_KEY: privateKey.replaceAll('\n', '\\n'), WEBHOOK_SECRET: 'made at run time', GHE_HOST: new URL(address).host };
  const given: DoctorWorld = { env: { ...credentials, ...env }, write: (more) => { text += more; }, sandbox: async () => ({ name: 'bubblewrap', words: 'no limits on memory', remedy: null }), locked: () => [{ name: 'semgrep', version: '1.0', installed: given.env.NO_TOOLS === undefined, required: true, neededBy: 'rule packs', install: 'npx assay tools install semgrep' }, { name: 'gemini', version: '1.0', installed: given.env.GEMINI_HERE !== undefined, required: false, neededBy: 'builders', install: 'npx assay tools install gemini' }] };
  const on = (route: string, body: unknown, status = 200) => github.on(route.replace(' ', ` ${api}`), { body, status });
  on('GET /app', { id: appId, slug: 'assay', permissions, events: [] });
  on('GET /app/hook/config', { url: 'https://assay.example.com/hook' });
  on('GET /app/hook/deliveries', [{ id: 1, guid: 'g', status: 'OK', event: 'push', delivered_at: new Date().toISOString() }]);
  on('GET /repos/acme/shop/installation', { id: 7, permissions, suspended_at: null });
  github.on(`POST ${api}/app/installations/7/access_tokens`, { status: 201, body: { token: 'run-time', expires_at: '2099-01-01T00:00:00Z', permissions: {} } });
  on('GET /repos/acme/shop', { private: false, archived: false, default_branch: 'main' });
  on('GET /repos/acme/shop/branches/main/protection', { message: 'Branch not protected' }, 404);
  on('GET /repos/acme/shop/rules/branches/main', [{ type: 'required_status_checks', ruleset_id: 5, ruleset_source_type: 'Repository', parameters: { required_status_checks: [{ context: 'assay', integration_id: appId }] } }]);
  on('GET /repos/acme/shop/rulesets/5', { id: 5, name: 'main', enforcement: 'active' });
  on('GET /repos/acme/shop/actions/permissions/workflow', { can_approve_pull_request_reviews: false });
  on('GET /repos/acme/shop/contents/.github/workflows/assay.yml', { type: 'file', encoding: 'base64', content: Buffer.from('on: {workflow_dispatch: {inputs: {job: {}, blob: {}}}}').toString('base64') });
  return { github, on, run: async (...args: string[]) => ({ exit: await doctor(args, given), text }) };
}

describe('assay doctor', () => {
  it('reads a repository from end to end, by requests that GitHub describes, and writes nothing', async () => {
    const { run, github } = await world();
    const { exit, text } = await run('--repo', 'acme/shop', '--format', 'json');
    const report = JSON.parse(text) as { ok: boolean; diagnoses: { code: string; outcome: string; command: string | null }[] };
    const notWell = report.diagnoses.filter((each) => each.outcome !== 'ok').map((each) => each.code);
    expect(notWell).toEqual(['EVENTS_MISSING', 'BYPASS_HIDDEN']);
    expect(report.diagnoses.map((each) => each.code)).toContain('CHECK_REQUIRED');
    expect([exit, report.ok]).toEqual([1, false]);
    expect(github.asked().filter((asked) => !asked.startsWith('GET '))).toEqual([]);
    expect(github.journal.map((asked) => ({ ...asked, path: asked.path.replace(api, '') })).flatMap(faultsOf)).toEqual([]);
  });

  it('tells a plan that cannot enforce from protection that is merely missing', async () => {
    const { run, on } = await world();
    on('GET /repos/acme/shop/branches/main/protection', { message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.' }, 403);
    on('GET /repos/acme/shop/rules/branches/main', { message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.' }, 403);
    expect((await run('--repo', 'acme/shop')).text).toContain('PROBLEM  PLAN_CANNOT_ENFORCE');
  });

  it('does not call it unprotected when the branch\'s protection is a 404 of another kind', async () => {
    const { run, on } = await world();
    on('GET /repos/acme/shop/branches/main/protection', { message: 'Not Found' }, 404);
    expect((await run('--repo', 'acme/shop')).text).toContain('unknown  PROTECTION_UNREADABLE');
  });

  it('warns where approvals take a passkey and the App has no web sign-in', async () => {
    const { run, on } = await world();
    const config = { type: 'file', encoding: 'base64', content: Buffer.from('version: 1\napproval: { presence: passkey }\n').toString('base64') };
    on('GET /repos/acme/shop/contents/.github/assay.yml', config);
    expect((await run('--repo', 'acme/shop')).text).toContain('PROBLEM  PASSKEY_NO_SIGN_IN');
    const other = await world({ GITHUB_CLIENT_ID: 'Iv1.1', GITHUB_CLIENT_SECRET: 'made at run time' });
    other.on('GET /repos/acme/shop/contents/.github/assay.yml', config);
    expect((await other.run('--repo', 'acme/shop')).text).not.toContain('PASSKEY_NO_SIGN_IN');
  });

  it('warns where a family is to build by a program that is not here, and not where work is dispatched or the program is installed', async () => {
    const builders = { type: 'file', encoding: 'base64', content: Buffer.from('version: 1\nbuilders: [{family: google, via: cli}, {family: openai, via: sdk}]\n').toString('base64') };
    const told = async (env: Record<string, string>) => {
      const { run, on } = await world(env);
      on('GET /repos/acme/shop/contents/.github/assay.yml', builders);
      return (await run('--repo', 'acme/shop')).text;
    };
    const local = await told({ ASSAY_EXECUTOR: 'local' });
    expect(local).toMatch(/PROBLEM {2}BUILDER_TOOL_MISSING: acme\/shop has google build with gemini.*\n +npx assay tools install gemini\n/);
    expect(local).not.toContain('openai build');
    expect(await told({ ASSAY_EXECUTOR: 'local', GEMINI_HERE: 'yes' })).not.toContain('BUILDER_TOOL');
    expect(await told({})).not.toContain('BUILDER_TOOL');
  });

  it('has the key service sign, and says why where it does not; it is asked for no key where none is configured', async () => {
    const vault = await startVault();
    try {
      const env = { ASSAY_KMS_URL: vault.url, ASSAY_KMS_KEY: 'assay', ASSAY_KMS_TOKEN: vault.token };
      const told = async (more: Record<string, string> = {}) => {
        const { run } = await world({ ...env, ...more });
        // GitHub stays recorded; the service is on this machine.
        nock.enableNetConnect(/^127\.0\.0\.1:/);
        return (await run()).text;
      };
      for (const _ of [1, 2]) expect(await told()).toMatch(/ok +KEY_SERVICE_SIGNS: The key service at 127\.0\.0\.1:\d+ signs with /);
      expect(await told({ ASSAY_KMS_TOKEN: 'another' })).toMatch(/PROBLEM {2}KEY_SERVICE_FAILS: .*KMS_REFUSED/);
      vault.fault = { status: 503 };
      expect(await told()).toMatch(/PROBLEM {2}KEY_SERVICE_FAILS: .*KMS_UNAVAILABLE/);
      expect(await told({ ASSAY_KMS_URL: 'http://vault.invalid' })).toMatch(/KEY_SERVICE_FAILS: .*CONFIG_KMS/);
      expect((await (await world()).run()).text).not.toContain('KEY_SERVICE');
      await expect((await world({ ASSAY_KMS_URL: vault.url })).run()).rejects.toMatchObject({ code: 'CONFIG_KMS' });
    } finally {
      nock.disableNetConnect();
      await vault.close();
    }
  });

  it('asks for the workflow that is dispatched, and for none where nothing is', async () => {
    const { run, on } = await world({ ASSAY_WORKFLOW: 'judge.yml' });
    on('GET /repos/acme/shop/contents/.github/workflows/judge.yml', { message: 'Not Found' }, 404);
    expect((await run('--repo', 'acme/shop')).text).toContain('PROBLEM  WORKFLOW_MISSING');
    const local = await world({ ASSAY_EXECUTOR: 'local' });
    expect((await local.run('--repo', 'acme/shop')).text).not.toContain('WORKFLOW');
    expect(local.github.asked().filter((asked) => asked.includes('/contents/.github/workflows/'))).toEqual([]);
  });

  it('says what to do without credentials, and refuses half of them', async () => {
    const none = await world({ APP_ID: '', PRIVATE_KEY: '', WEBHOOK_SECRET: '' });
    expect(await none.run()).toMatchObject({ exit: 1, text: expect.stringContaining('CREDENTIALS_MISSING') });
    const half = await world({ WEBHOOK_SECRET: '' });
    await expect(half.run()).rejects.toMatchObject({ code: 'CONFIG_GITHUB_CREDENTIALS', message: 'WEBHOOK_SECRET is not set' });
    const broken = await world({ PRIVATE_KEY: 'none' });
    await expect(broken.run()).rejects.toMatchObject({ code: 'CONFIG_GITHUB_CREDENTIALS' });
  });

  it('names a tool that is not installed with its command, and fails nothing for it', async () => {
    const [with_, without] = [await world(), await world({ NO_TOOLS: '1' })];
    expect((await with_.run()).text).toContain('ok       TOOLS_PRESENT: Installed as locked: semgrep 1.0.');
    const { exit, text } = await without.run();
    expect(text).toContain('unknown  TOOL_NOT_INSTALLED: semgrep 1.0 is not installed; it serves: rule packs.\n         npx assay tools install semgrep\n');
    expect(exit).toBe((await with_.run()).exit);
  });

  it.each([[['--repo', 'shop']], [['--format', 'xml']], [['--fix']]])('refuses %j', async (args) => {
    await expect((await world()).run(...args)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
