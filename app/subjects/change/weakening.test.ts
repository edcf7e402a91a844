/** A change of the rules is judged by the old ones, says what it loosens, and is approved with its evidence in hand. */
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig, parseConfig } from '../../core/config.ts';
import type { Policy } from '../../core/ports/policy.ts';
import { openPolicy } from '../../edges/policy.ts';
import { decide } from './decide.ts';
import { changeFacts, guarded, published, said } from './facts.fixture.ts';
import { rule } from './rule.ts';
import { weakenings, weakeningsOf } from './weakening.ts';
import { approveLine } from './approval-words.ts';

const from = (before: string, after: string): string[] => weakenings(parseConfig(`version: 1\n${before}`), parseConfig(`version: 1\n${after}`));

describe('a configuration that lets more pass', () => {
  it.each([
    ['merge: human', 'merge: auto', 'merge'],
    ['approval: {presence: passkey}', '', 'approval.presence'],
    ['', 'approval: {maxAge: 8d}', 'approval.maxAge'],
    ['', 'approval: {barePublished: 59s}', 'approval.barePublished'],
    ['approval: {classes: [independent]}', '', 'approval.classes'],
    ['approval: {quorum: {assay: 2}}', '', 'approval.quorum.assay'],
    ['approval: {coolDown: {high: 1h}}', 'approval: {coolDown: {high: 59m}}', 'approval.coolDown.high'],
    ['', 'budget: {projectUsd: 151}', 'budget.projectUsd'],
    ['', 'agents: {maxCalls: 2001}', 'agents.maxCalls'],
    ['residency: {home: eu}', '', 'residency'], ['residency: {home: eu}', 'residency: {home: us}', 'residency'], ['', 'agents: {maxTokens: 100000001}', 'agents.maxTokens'],
    ['', 'budget: {weekCeilingUsd: 501}', 'budget.weekCeilingUsd'],
    ['', 'budget: {optimisationPlan: "cheaper models for small tasks"}', 'budget.optimisationPlan'],
    ['pack: strict', 'pack: baseline', 'pack'],
    ['pack: strict', 'pack: strict\npackages: [{path: web, pack: baseline}]', 'pack` of `web'],
    ['paths: {protected: ["policies/**"]}', '', 'paths.protected'],
    ['', 'fixtures: ["src/**"]', 'fixtures'],
    ['agents: {revoked: [builder]}', '', 'agents.revoked'],
    ['', 'guardrails: {G15: {documented: 1}}', 'guardrails'],
    ['', 'testCommand: ["true"]', 'testCommand'],
    ['packages: [{path: web, pack: baseline}]', 'packages: [{path: web, pack: baseline, testCommand: ["true"]}]', 'packages'],
    ['', 'evidence: {maxAge: 8d}', 'evidence.maxAge'], ['evidence: {traces: required}', '', 'evidence.traces'],
    ['', 'hours: 9', 'hours'],
  ])('%j → %j names its key', (before, after, key) => {
    expect(from(before, after)).toEqual([expect.stringContaining(`\`${key}\``)]);
  });

  it('is any file that cannot be read', () => {
    expect(weakeningsOf(defaultConfig(), 'version: 1\nmerg: auto\n')).toHaveLength(1);
  });

  it('is also one that is taken away, where it was tighter than the defaults', () => {
    expect(weakeningsOf(parseConfig('version: 1\nmerge: human\n'), null)).toHaveLength(1);
    expect(weakeningsOf(defaultConfig(), null)).toEqual([]);
  });

  it('shows what others wrote as data', () => {
    const [words] = from('', 'fixtures: ["`a\\n\\n/approve `</details>@here`"]');
    expect(words).not.toMatch(/\n/);
    expect(words).toMatch(/<\/details>@here[^]*`$/);
  });
});

it.each([
  ['', 'merge: human'], ['', 'approval: {presence: passkey, maxAge: 1h, barePublished: 90s, classes: [independent]}'], ['', 'budget: {projectUsd: 1, grantUsd: 1, weekTargetUsd: 1, weekCeilingUsd: 1}'],
  ['', 'pack: strict'], ['', 'paths: {protected: ["a/**"]}'], ['fixtures: ["a/**"]', ''], ['', 'agents: {revoked: [builder]}'], ['', 'hours: 1'], ['', 'families: {openai: other}'],
])('%j → %j makes nothing easier', (before, after) => {
  expect(from(before, after)).toEqual([]);
});

describe('approving it', () => {
  let policy: Policy;
  beforeAll(async () => { policy = await openPolicy(); });
  const ready = published(changeFacts({ jobs: [guarded()], weakening: ['`hours`: an intent may take longer'] }, 'config'));
  const withSaid = (text: string) => {
    const commands = said(text);
    return { ...ready, commands, effects: changeFacts({ commands }).effects };
  };

  it('takes the line that names the evidence', async () => {
    const head = ready.change.headSha.slice(0, 12);
    const bare = await rule(withSaid(`/approve ${head}`), policy);
    expect([bare.approval.code, bare.merge]).toEqual(['APPROVAL_WEAKENING', 'wait']);
    const named = await rule(withSaid(approveLine(ready)!), policy);
    expect([named.approval.code, named.merge]).toEqual(['APPROVAL_OK', 'now']);
  });

  it('follows the list of what gets easier, in the standing comment', async () => {
    const { steps } = decide(ready, await rule(ready, policy));
    expect(steps).toContainEqual(expect.objectContaining({ step: 'upsert-comment', body: expect.stringMatching(/\*\*Weakening\.\*\*[^]*- `hours`: an intent may take longer/) }));
  });
});
