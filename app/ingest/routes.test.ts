import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { DeliveryEffects } from '../core/ports/store.ts';
import { effectsOf } from './routes.ts';

interface Recorded {
  name: string;
  examples: Record<string, unknown>[];
}

const recorded = (host: string) => JSON.parse(readFileSync(fileURLToPath(import.meta.resolve(`@octokit/webhooks-examples/${host}/index.json`)), 'utf8')) as Recorded[];
const followed = [
  'issues', 'issue_comment', 'pull_request', 'pull_request_review', 'pull_request_review_thread', 'check_run', 'check_suite', 'merge_group', 'workflow_run', 'status', 'push',
  'installation', 'installation_repositories', 'repository', 'member', 'branch_protection_rule', 'deployment', 'deployment_status', 'deployment_review',
];

/** The first of each action, and what it comes to in one line. */
function brief(effects: DeliveryEffects | null): string {
  if (!effects) return 'nothing';
  const words = [...effects.marks.map((mark) => mark.replace(/[0-9a-f]{33}$/, '…')), ...(effects.known ?? []).map((key) => `${key}?`)];
  for (const id of effects.openOf ?? []) words.push(`all of ${id}`);
  if (effects.comment) words.push(`comment ${effects.comment.action} by ${effects.comment.authorLogin}`);
  if (effects.installation) words.push(`installation ${effects.installation.state}`);
  for (const { repository, gone } of effects.repositories ?? []) words.push(`${repository.owner}/${repository.name} ${gone ? 'gone' : 'in reach'}`);
  return words.join(', ');
}

const events = recorded('api.github.com');
const example = (event: string, action?: string): Record<string, unknown> => {
  const found = events.find((one) => one.name === event)?.examples.find((one) => action === undefined || one.action === action);
  if (!found) throw new Error(`no recorded ${event}.${action}`);
  return structuredClone(found);
};
const part = (payload: Record<string, unknown>, name: string) => payload[name] as Record<string, unknown>;

describe('routes on payloads that GitHub really sent', () => {
  it.each(['api.github.com', 'ghes-31', 'ghes-32', 'ghes-33', 'ghes-34', 'ghes-35'])('none of %s throws, and events that nobody follows come to nothing', (host) => {
    for (const { name, examples } of recorded(host)) {
      for (const payload of examples) {
        const effects = effectsOf(name, payload, { appId: 1 });
        if (!followed.includes(name)) expect(effects, name).toBeNull();
      }
    }
  });

  it('says where to look for each', () => {
    const lines = new Map<string, string>();
    for (const { name, examples } of events.filter((one) => followed.includes(one.name))) {
      for (const payload of examples) {
        const id = `${name}${typeof payload.action === 'string' ? `.${payload.action}` : ''}`;
        if (!lines.has(id)) lines.set(id, brief(effectsOf(name, payload)));
      }
    }
    expect([...lines].map(([id, line]) => `${id.padEnd(36)} ${line}`).join('\n')).toMatchSnapshot();
  });
});

describe('routes', () => {
  it('the end of a run, and only its end, makes the job due that waits for this run of this repository', () => {
    const ended = example('workflow_run', 'completed');
    const run = part(ended, 'workflow_run').id;
    expect(effectsOf('workflow_run', ended)?.wakes).toEqual([`run:${String(part(ended, 'repository').id)}:${String(run)}`]);
    expect(effectsOf('workflow_run', example('workflow_run', 'requested'))?.wakes).toBeUndefined();
    expect(() => effectsOf('workflow_run', { ...ended, workflow_run: { ...part(ended, 'workflow_run'), id: 'x' } })).toThrow(expect.objectContaining({ code: 'PAYLOAD_INVALID' }));
  });

  it('know an intent by its label; other issues count only where the store follows them already', () => {
    const opened = example('issues', 'opened');
    part(opened, 'issue').labels = [{ name: 'intent' }];
    expect(effectsOf('issues', opened)).toMatchObject({ marks: [expect.stringMatching(/^intent:\d+#1$/)] });
    part(opened, 'issue').labels = [];
    expect(effectsOf('issues', opened)).toMatchObject({ marks: [], known: [expect.stringMatching(/^intent:\d+#1$/)] });
    expect(effectsOf('issues', { ...opened, action: 'unlabeled', label: { name: 'intent' } })?.marks).toHaveLength(1);
    expect(effectsOf('issues', { ...opened, action: 'pinned' })).toBeNull();
  });

  it('carry a comment as delivered, on a pull request to its change', () => {
    const payload = example('issue_comment', 'created');
    part(payload, 'issue').pull_request = {};
    expect(effectsOf('issue_comment', payload)).toMatchObject({
      marks: ['change:186853002#1'],
      comment: { id: 492700400, subject: 'change:186853002#1', action: 'created', authorId: 21031067, authorLogin: 'Codertocat', authorType: 'User', viaApp: false, createdAt: Date.UTC(2019, 4, 15, 15, 20, 21) },
    });
  });

  it('pass over what the App itself wrote, but not a person who edits it', () => {
    const payload = example('issue_comment', 'edited');
    part(payload, 'comment').performed_via_github_app = { id: 7 };
    payload.sender = { login: 'assay[bot]' };
    expect(effectsOf('issue_comment', payload, { appId: 7, login: 'assay[bot]' })).toBeNull();
    expect(effectsOf('issue_comment', payload, { appId: 7 })).toBeNull();
    expect(effectsOf('issue_comment', payload, { appId: 8 })?.comment?.viaApp).toBe(true);
    payload.sender = { login: 'mallory' };
    expect(effectsOf('issue_comment', payload, { appId: 7, login: 'assay[bot]' })?.comment?.action).toBe('edited');
    expect(effectsOf('issue_comment', payload, { appId: 7 })?.comment?.action).toBe('edited');
  });

  it('pass over own check runs and suites, unless somebody asks for them', () => {
    for (const event of ['check_run', 'check_suite']) {
      const appId = part(part(example(event, 'completed'), event), 'app').id as number;
      expect(effectsOf(event, example(event, 'completed'), { appId })).toBeNull();
      const asked = example(event, 'rerequested');
      expect(effectsOf(event, asked, { appId: part(part(asked, event), 'app').id as number })?.marks.length).toBeGreaterThan(0);
    }
  });

  it('look at another App\'s suite when it is done, and at none of its single runs', () => {
    expect(effectsOf('check_suite', example('check_suite', 'completed'), { appId: 999 })?.marks.length).toBeGreaterThan(0);
    expect(effectsOf('check_run', example('check_run', 'completed'), { appId: 999 })).toBeNull();
  });

  it('a push to the default branch concerns all changes, a tag none, another branch its heads and what is to be merged into it', () => {
    const push = example('push');
    const sha = 'a'.repeat(40);
    const moved = { ...push, before: '0'.repeat(40), after: sha };
    expect(effectsOf('push', { ...moved, ref: 'refs/heads/master' })).toMatchObject({ marks: [`sha:186853002:${sha}`], openOf: [186853002] });
    expect(effectsOf('push', { ...moved, ref: 'refs/heads/topic', before: 'b'.repeat(40) })?.marks).toEqual([`sha:186853002:${'b'.repeat(40)}`, `sha:186853002:${sha}`, 'sha:186853002:refs/heads/topic']);
    expect(effectsOf('push', { ...moved, ref: 'refs/heads/topic' })).not.toHaveProperty('openOf');
    expect(effectsOf('push', { ...moved, ref: 'refs/tags/master' })).toBeNull();
  });

  it('a hook without installation names no repository to act in', () => {
    const payload = example('pull_request', 'opened');
    delete payload.installation;
    expect(effectsOf('pull_request', payload)).toMatchObject({ repository: null, marks: [expect.stringContaining('change:')] });
  });

  it.each([
    ['no object', 'pull_request', 'text'],
    ['null', 'push', null],
    ['a missing part', 'pull_request', { action: 'opened', repository: { id: 1, name: 'a', owner: { login: 'b' } } }],
    ['no repository', 'issues', { action: 'opened', issue: { number: 1, labels: [] } }],
    ['a wrong type', 'issues', { action: 'opened', repository: { id: '1', name: 'a', owner: { login: 'b' } }, issue: { number: 1 } }],
    ['a commit that is none', 'status', { repository: { id: 1, name: 'a', owner: { login: 'b' } }, sha: '../../etc' }],
    ['an installation without id', 'installation', { action: 'created', installation: {} }],
  ])('%s is PAYLOAD_INVALID', (_name, event, payload) => {
    expect(() => effectsOf(event, payload)).toThrow(expect.objectContaining({ code: 'PAYLOAD_INVALID' }));
  });

  it('names that every object has are not events', () => {
    for (const event of ['constructor', '__proto__', 'toString', 'no_such_event']) expect(effectsOf(event, {})).toBeNull();
  });
});
