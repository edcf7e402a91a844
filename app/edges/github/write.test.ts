import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import nock from 'nock';
import type { Annotation, CheckRunWrite } from '../../core/ports/github.ts';
import { recordGitHub, shop, type RecordedGitHub } from '../../../test/recordings/github.ts';
import { checkRun, head } from '../../../test/recordings/snapshots.ts';

let world: RecordedGitHub;
beforeEach(async () => { world = await recordGitHub({ limits: { contentGapMs: 0 } }); });
afterAll(() => nock.cleanAll());
const reset = { broken: 'ECONNRESET' };

function annotations(count: number): Annotation[] {
  return Array.from({ length: count }, (_, index) => ({ path: `f${index}.ts`, startLine: index, endLine: index, level: 'failure', title: 't', message: 'm' }));
}
function run(altered: Partial<CheckRunWrite> = {}): CheckRunWrite {
  return { name: 'assay', headSha: head, externalId: 'change:42#7', status: 'completed', conclusion: 'failure', title: 'No', summary: 'why', annotations: [], ...altered };
}
const sent = (method: string) => world.journal.filter((asked) => asked.method === method && asked.path.includes('check-runs')).map((asked) => asked.body as { status: string; conclusion?: string; output: { annotations?: Annotation[] } });

describe('a check run', () => {
  beforeEach(() => {
    world.on('POST /repos/acme/shop/check-runs', { status: 201, body: checkRun({ id: 5 }) });
    world.on('PATCH /repos/acme/shop/check-runs/5', { body: checkRun({ id: 5 }) });
  });

  it('is one request where fifty annotations suffice', async () => {
    await expect(world.github.createCheckRun(shop, run({ annotations: annotations(50) }))).resolves.toEqual({ id: 5 });
    expect(world.asked()).toEqual(['POST /repos/acme/shop/check-runs']);
    expect(sent('POST')[0]).toMatchObject({ status: 'completed', conclusion: 'failure', external_id: 'change:42#7', head_sha: head });
  });

  it('concludes only with the last batch', async () => {
    await world.github.createCheckRun(shop, run({ annotations: annotations(120) }));
    const batches = [...sent('POST'), ...sent('PATCH')];
    expect(batches.map((body) => [body.output.annotations?.length, body.status, body.conclusion])).toEqual([[50, 'in_progress', undefined], [50, 'in_progress', undefined], [20, 'completed', 'failure']]);
  });

  it('goes on after the annotations that are there', async () => {
    world.on('GET /repos/acme/shop/check-runs/5', { body: checkRun({ id: 5, output: { annotations_count: 100 } }) });
    await world.github.updateCheckRun(shop, 5, run({ annotations: annotations(120) }));
    expect(sent('PATCH').map((body) => body.output.annotations?.map((annotation) => annotation.path).length)).toEqual([20]);
    world.on('GET /repos/acme/shop/check-runs/5', { body: checkRun({ id: 5, output: { annotations_count: 120 } }) });
    await world.github.updateCheckRun(shop, 5, run({ annotations: annotations(120) }));
    expect(sent('PATCH').at(-1)?.output.annotations).toBeUndefined();
    expect(sent('PATCH').at(-1)?.status).toBe('completed');
  });

  it('keeps to lines that exist and to GitHub\'s lengths, saying that it cut', async () => {
    await world.github.createCheckRun(shop, run({ annotations: [{ ...annotations(1)[0]!, startLine: 0, endLine: 0 }], summary: 'x'.repeat(70_000) }));
    const output = sent('POST')[0]!.output as { summary?: string; annotations?: { start_line?: number }[] };
    expect(output.annotations?.[0]?.start_line).toBe(1);
    expect([output.summary?.length, output.summary?.endsWith('(shortened)')]).toEqual([65_535, true]);
  });

  it('is found, not doubled, where the answer to its creation was lost', async () => {
    world.on('POST /repos/acme/shop/check-runs', [reset, { status: 201, body: checkRun({ id: 6 }) }]);
    world.on(`GET /repos/acme/shop/commits/${head}/check-runs`, { body: { check_runs: [checkRun({ id: 4, external_id: 'other' }), checkRun({ id: 5, external_id: 'change:42#7' })] } });
    await expect(world.github.createCheckRun(shop, run())).resolves.toEqual({ id: 5 });
    expect(sent('POST')).toHaveLength(1);
  });

  it('is made again where it is really not there', async () => {
    world.on('POST /repos/acme/shop/check-runs', [reset, { status: 201, body: checkRun({ id: 6 }) }]);
    world.on(`GET /repos/acme/shop/commits/${head}/check-runs`, { body: { check_runs: [] } });
    await expect(world.github.createCheckRun(shop, run())).resolves.toEqual({ id: 6 });
  });
});

describe('a comment', () => {
  const post = 'POST /repos/acme/shop/issues/7/comments';
  const existing = { id: 31, body: '<!-- assay:standing -->\nold words', user: { type: 'Bot' }, performed_via_github_app: { id: 1001 } };

  it('whose answer was lost is found by its marker, never by a stranger\'s copy', async () => {
    world.on(post, [reset, { status: 201, body: { id: 32 } }]);
    world.on('GET /repos/acme/shop/issues/7/comments', [{ body: [{ ...existing, id: 30, user: { type: 'User' }, performed_via_github_app: null }, existing] }, { body: [] }]);
    await expect(world.github.createComment(shop, 7, '<!-- assay:standing -->\nnew words')).resolves.toEqual({ id: 31 });
    expect(world.asked().filter((asked) => asked === post)).toHaveLength(1);
  });

  it('that did not arrive is posted again; one that GitHub refused is not', async () => {
    world.on(post, [reset, { status: 201, body: { id: 32 } }, { status: 422, body: { message: 'Body is too long' } }]);
    world.on('GET /repos/acme/shop/issues/7/comments', { body: [] });
    await expect(world.github.createComment(shop, 7, 'reply')).resolves.toEqual({ id: 32 });
    await expect(world.github.createComment(shop, 7, 'reply')).rejects.toMatchObject({ code: 'GITHUB_REFUSED' });
  });
});

describe('a merge', () => {
  const put = 'PUT /repos/acme/shop/pulls/7/merge';
  const options = { headSha: head, title: 'Merge', message: 'evidence' };
  beforeEach(() => world.on('GET /repos/acme/shop', { body: { allow_merge_commit: false, allow_squash_merge: true } }));

  it('is of the exact head, by a way that the repository allows', async () => {
    world.on(put, { body: { merged: true, sha: 'm', message: 'ok' } });
    await expect(world.github.merge(shop, 7, options)).resolves.toEqual({ merged: true, sha: 'm' });
    expect(world.journal.at(-1)?.body).toEqual({ sha: head, commit_title: 'Merge', commit_message: 'evidence', merge_method: 'squash' });
  });

  it.each([405, 409, 422])('refused with %i is an answer', async (status) => {
    world.on(put, { status, body: { message: 'Required status check "assay" is failing.' } });
    await expect(world.github.merge(shop, 7, options)).resolves.toMatchObject({ merged: false, status, message: expect.stringContaining('Required status check') });
  });

  it('whose answer was lost is read back', async () => {
    world.on(put, reset);
    world.on('GET /repos/acme/shop/pulls/7', [{ body: { merged: true, merge_commit_sha: 'm' } }, { body: { merged: false } }]);
    await expect(world.github.merge(shop, 7, options)).resolves.toEqual({ merged: true, sha: 'm' });
    await expect(world.github.merge(shop, 7, options)).rejects.toMatchObject({ code: 'GITHUB_UNAVAILABLE' });
  });
});

describe('small acts', () => {
  it('open a pull request once', async () => {
    world.on('POST /repos/acme/shop/pulls', { status: 422, body: { message: 'A pull request already exists' } });
    world.on('GET /repos/acme/shop/pulls', { body: [{ number: 6, head: { ref: 'other', repo: { id: 42 } } }, { number: 9, head: { ref: 'topic', repo: { id: 42 } } }] });
    await expect(world.github.openPullRequest(shop, { head: 'topic', base: 'main', title: 't', body: 'b' })).resolves.toEqual({ number: 9 });
    await expect(world.github.findPullRequest(shop, 'nothing')).resolves.toBeNull();
  });

  it('set labels, where one to remove may be gone already', async () => {
    world.on('POST /repos/acme/shop/issues/3/labels', { body: [] });
    await world.github.setLabels(shop, 3, ['ready'], ['blocked']);
    expect(world.asked()).toEqual(['POST /repos/acme/shop/issues/3/labels', 'DELETE /repos/acme/shop/issues/3/labels/blocked']);
  });

  it('close an issue and react', async () => {
    world.on('PATCH /repos/acme/shop/issues/3', { body: {} });
    world.on('POST /repos/acme/shop/issues/comments/5/reactions', { body: {} });
    await world.github.closeIssue(shop, 3, 'completed');
    await world.github.react(shop, 5, 'eyes');
    expect(world.journal.slice(-2).map((asked) => asked.body)).toEqual([{ state: 'closed', state_reason: 'completed' }, { content: 'eyes' }]);
  });
});
