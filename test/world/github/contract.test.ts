/** The answers and webhooks that Assay reads, held to GitHub's own published descriptions of them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from 'octokit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documented } from './documented.ts';
import type { Documented } from './documented.ts';
import { startGitHub } from './start.ts';
import type { GitHubWorld } from './start.ts';

const hooks: { event: string; payload: Record<string, unknown> }[] = [];
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
    hooks.push({ event: String(request.headers['x-github-event']), payload: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown> });
    response.writeHead(202).end();
  });
});
const workflow = 'on: {workflow_dispatch: {inputs: {job: {type: string}}}}\njobs: {}\n';
const answers: { route: string; status: number; body: unknown }[] = [];
let github: Documented;
let world: GitHubWorld;

function watched(octokit: Octokit): Octokit {
  octokit.hook.after('request', (response, options) => {
    // GraphQL has a schema of its own, by which its queries are checked.
    if (response.status !== 204 && response.status !== 302 && !options.url.endsWith('/graphql')) answers.push({ route: `${options.method} ${options.url.replace(world.url, '')}`, status: response.status, body: response.data });
  });
  return octokit;
}

beforeAll(async () => {
  github = documented();
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  world = await startGitHub({
    users: [{ login: 'founder' }, { login: 'helper' }], orgs: [{ login: 'acme', members: [{ login: 'founder', role: 'admin' }] }],
    repos: [{ owner: 'acme', name: 'shop', collaborators: { helper: 'write' }, labels: ['intent'], files: { 'README.md': '# shop\n', '.github/workflows/assay.yml': workflow } }], app: { webhookUrl },
    runner: async () => ({ conclusion: 'success', artefacts: [{ name: 'answer', zip: Buffer.from('zip') }] }),
  });
  await play();
  await world.idle();
});

afterAll(async () => {
  await world.stop();
  await new Promise((resolve) => receiver.close(resolve));
});

/** A pull request goes through a merge queue. */
async function queues({ founder, assay }: { founder: Octokit; assay: Octokit }): Promise<void> {
  const shop = { owner: 'acme', repo: 'shop' };
  world.requireQueue('acme/shop', 'main');
  const { data: tip } = await founder.rest.git.getRef({ ...shop, ref: 'heads/main' });
  await founder.rest.git.createRef({ ...shop, ref: 'refs/heads/queued', sha: tip.object.sha });
  await founder.rest.repos.createOrUpdateFileContents({ ...shop, path: 'q.ts', message: 'q', content: 'cQ==', branch: 'queued' });
  const { data: pull } = await founder.rest.pulls.create({ ...shop, head: 'queued', base: 'main', title: 'Queued' });
  await assay.rest.checks.create({ ...shop, name: 'assay', head_sha: pull.head.sha, conclusion: 'success' });
  await founder.graphql('mutation($id: ID!) { enqueuePullRequest(input: { pullRequestId: $id }) { mergeQueueEntry { position headCommit { oid } } } }', { id: pull.node_id });
  const { repository } = await assay.graphql<{ repository: { mergeQueue: { entries: { nodes: { headCommit: { oid: string } }[] } } } }>('{ repository(owner: "acme", name: "shop") { mergeQueue(branch: "main") { entries(first: 9) { nodes { headCommit { oid } } } } } }');
  await assay.rest.checks.create({ ...shop, name: 'assay', head_sha: repository.mergeQueue.entries.nodes[0]!.headCommit.oid, conclusion: 'success' });
  expect((await founder.rest.pulls.get({ ...shop, pull_number: pull.number })).data.merged).toBe(true);
}

async function play(): Promise<void> {
  const shop = { owner: 'acme', repo: 'shop' };
  const quiet = { throttle: { enabled: false }, retry: { enabled: false }, baseUrl: world.url };
  const founder = watched(new Octokit({ ...quiet, auth: world.users['founder'] }));
  const helper = watched(new Octokit({ ...quiet, auth: world.users['helper'] }));
  const credentials = { appId: world.appId, privateKey: world.privateKeyPem };
  const app = watched(new Octokit({ ...quiet, authStrategy: createAppAuth, auth: credentials }));
  const assay = watched(new Octokit({ ...quiet, authStrategy: createAppAuth, auth: { ...credentials, installationId: world.installationIds[0] } }));
  await founder.rest.repos.get(shop);
  const issue = await founder.rest.issues.create({ ...shop, title: 'Wanted', body: 'text', labels: ['intent'] });
  const comment = await founder.rest.issues.createComment({ ...shop, issue_number: issue.data.number, body: 'one' });
  await founder.rest.issues.updateComment({ ...shop, comment_id: comment.data.id, body: 'two' });
  await assay.rest.issues.createComment({ ...shop, issue_number: issue.data.number, body: 'from the App' });
  await assay.rest.issues.listComments({ ...shop, issue_number: issue.data.number });
  await assay.rest.reactions.createForIssueComment({ ...shop, comment_id: comment.data.id, content: 'rocket' });
  await assay.rest.reactions.listForIssueComment({ ...shop, comment_id: comment.data.id });
  await founder.rest.issues.deleteComment({ ...shop, comment_id: comment.data.id });
  await assay.rest.issues.addLabels({ ...shop, issue_number: issue.data.number, labels: ['building'] });
  await assay.rest.issues.removeLabel({ ...shop, issue_number: issue.data.number, name: 'building' });
  await assay.rest.issues.listForRepo({ ...shop, labels: 'intent' });
  await assay.rest.issues.listEvents({ ...shop, issue_number: issue.data.number });
  await founder.rest.issues.update({ ...shop, issue_number: issue.data.number, title: 'Wanted now' });
  await assay.rest.repos.getCollaboratorPermissionLevel({ ...shop, username: 'helper' });
  const main = await assay.rest.git.getRef({ ...shop, ref: 'heads/main' });
  const blob = await assay.rest.git.createBlob({ ...shop, content: 'x\n', encoding: 'utf-8' });
  const base = await assay.rest.git.getCommit({ ...shop, commit_sha: main.data.object.sha });
  const tree = await assay.rest.git.createTree({ ...shop, base_tree: base.data.tree.sha, tree: [{ path: 'x.ts', mode: '100644', type: 'blob', sha: blob.data.sha }] });
  const commit = await assay.rest.git.createCommit({ ...shop, message: 'x', tree: tree.data.sha, parents: [main.data.object.sha] });
  await assay.rest.git.createRef({ ...shop, ref: 'refs/heads/x', sha: commit.data.sha });
  await assay.rest.git.getTree({ ...shop, tree_sha: tree.data.sha, recursive: '1' });
  await assay.rest.git.getBlob({ ...shop, file_sha: blob.data.sha });
  await assay.rest.repos.getContent({ ...shop, path: 'README.md' });
  await assay.rest.repos.compareCommitsWithBasehead({ ...shop, basehead: `main...${commit.data.sha}` });
  const pull = await assay.rest.pulls.create({ ...shop, head: 'x', base: 'main', title: 'X', body: `Closes #${issue.data.number}` });
  const number = pull.data.number;
  await assay.rest.pulls.get({ ...shop, pull_number: number });
  await assay.rest.pulls.list({ ...shop, head: 'acme:x' });
  await assay.rest.pulls.listFiles({ ...shop, pull_number: number });
  await assay.rest.pulls.listCommits({ ...shop, pull_number: number });
  await founder.rest.issues.createLabel({ ...shop, name: 'risky', color: 'ff0000', description: 'Look twice' });
  await assay.rest.issues.addLabels({ ...shop, issue_number: number, labels: ['risky'] });
  await assay.rest.repos.listPullRequestsAssociatedWithCommit({ ...shop, commit_sha: commit.data.sha });
  await helper.rest.repos.createOrUpdateFileContents({ ...shop, path: 'y.ts', message: 'y', content: 'eQ==', branch: 'x' });
  const head = (await assay.rest.pulls.get({ ...shop, pull_number: number })).data.head.sha;
  await founder.rest.repos.updateBranchProtection({
    ...shop, branch: 'main', required_status_checks: { strict: true, contexts: [], checks: [{ context: 'assay', app_id: world.appId }] }, enforce_admins: true,
    required_pull_request_reviews: null, restrictions: null,
  });
  await assay.rest.repos.getBranchProtection({ ...shop, branch: 'main' });
  await founder.rest.actions.setGithubActionsDefaultWorkflowPermissionsRepository({ ...shop, can_approve_pull_request_reviews: true });
  expect((await assay.rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository(shop)).data.can_approve_pull_request_reviews).toBe(true);
  await assay.rest.repos.getBranchRules({ ...shop, branch: 'main' });
  const run = await assay.rest.checks.create({ ...shop, name: 'assay', head_sha: head, status: 'in_progress', output: { title: 't', summary: 's', annotations: [{ path: 'x.ts', start_line: 1, end_line: 1, annotation_level: 'failure', message: 'm' }] } });
  await assay.rest.checks.update({ ...shop, check_run_id: run.data.id, conclusion: 'success', details_url: `${world.url}/x` });
  await assay.rest.checks.get({ ...shop, check_run_id: run.data.id });
  await assay.rest.checks.listForRef({ ...shop, ref: head });
  await assay.rest.checks.listAnnotations({ ...shop, check_run_id: run.data.id });
  await assay.rest.checks.listSuitesForRef({ ...shop, ref: head });
  await assay.rest.repos.createCommitStatus({ ...shop, sha: head, state: 'success', context: 'ci' });
  await assay.rest.repos.getCombinedStatusForRef({ ...shop, ref: head });
  await helper.rest.pulls.createReview({ ...shop, pull_number: number, event: 'APPROVE', body: 'fine' });
  await founder.rest.checks.rerequestRun({ ...shop, check_run_id: run.data.id });
  await assay.rest.pulls.merge({ ...shop, pull_number: number, sha: head });
  await assay.rest.git.deleteRef({ ...shop, ref: 'heads/x' });
  await queues({ founder, assay });
  const dispatched = await assay.rest.actions.createWorkflowDispatch({ ...shop, workflow_id: 'assay.yml', ref: 'main', inputs: { job: 'j' }, return_run_details: true });
  const runId = Number((dispatched.data as { workflow_run_id: number }).workflow_run_id);
  await world.runs.ended();
  await assay.rest.actions.getWorkflowRun({ ...shop, run_id: runId });
  const left = await assay.rest.actions.listWorkflowRunArtifacts({ ...shop, run_id: runId, name: 'answer' });
  await expect(assay.rest.actions.cancelWorkflowRun({ ...shop, run_id: runId })).rejects.toMatchObject({ status: 409 });
  const zip = await assay.request('GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}', { ...shop, artifact_id: left.data.artifacts[0]!.id, archive_format: 'zip', request: { redirect: 'manual' } });
  expect([zip.status as number, await (await fetch(zip.headers.location!)).text()]).toEqual([302, 'zip']);
  await app.rest.apps.getAuthenticated();
  await app.rest.apps.listInstallations();
  await app.rest.apps.getRepoInstallation(shop);
  await app.rest.apps.createInstallationAccessToken({ installation_id: world.installationIds[0] ?? 0, permissions: { checks: 'write' } });
  await assay.rest.rateLimit.get();
  await assay.rest.apps.listReposAccessibleToInstallation();
  await world.idle();
  const deliveries = await app.rest.apps.listWebhookDeliveries();
  await app.rest.apps.getWebhookDelivery({ delivery_id: deliveries.data[0]?.id ?? 0 });
  await assay.rest.issues.update({ ...shop, issue_number: issue.data.number, state: 'open' });
}

test('every answer Assay reads is as GitHub describes it', () => {
  const wrong = answers.flatMap(({ route, status, body }) => github({ route, status }, body).map((why) => `${route} ${status}: ${why}`));
  expect([...new Set(wrong)]).toEqual([]);
  expect(new Set(answers.map((answer) => answer.route)).size).toBeGreaterThan(35);
});

test('every webhook is as GitHub describes it', () => {
  const wrong = hooks.flatMap(({ event, payload }) => {
    const action = typeof payload['action'] === 'string' ? `-${payload['action']}` : '';
    const name = `${event}${action}`.replaceAll('_', '-');
    return github({ webhook: name }, payload).map((why) => `${name}: ${why}`);
  });
  expect([...new Set(wrong)]).toEqual([]);
  expect([...new Set(hooks.map((hook) => `${hook.event}.${String(hook.payload['action'] ?? '')}`))].toSorted()).toEqual([
    'branch_protection_rule.created', 'check_run.completed', 'check_run.created', 'check_run.rerequested', 'create.', 'delete.', 'issue_comment.created', 'issue_comment.deleted', 'issue_comment.edited',
    'issues.closed', 'issues.edited', 'issues.labeled', 'issues.opened', 'issues.reopened', 'issues.unlabeled', 'label.created', 'merge_group.checks_requested', 'merge_group.destroyed', 'pull_request.closed', 'pull_request.enqueued', 'pull_request.labeled', 'pull_request.opened', 'pull_request.synchronize', 'pull_request_review.submitted', 'push.', 'workflow_run.completed', 'workflow_run.in_progress', 'workflow_run.requested',
  ]);
});
