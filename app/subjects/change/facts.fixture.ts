/** Facts of a change as a test wants them: everything in order and nothing judged yet, but for what is given. */
import type { CommandFact } from '../../core/command-fact.ts';
import { effectsOf } from '../../core/command-effects.ts';
import { parseCommands } from '../../core/command.ts';
import { defaultConfig } from '../../core/config.ts';
import { jobId } from '../../core/job-id.ts';
import type { JobAnswer, JobKind } from '../../core/job.ts';
import type { Permission } from '../../core/ports/github.ts';
import type { JobRow } from '../../core/ports/store.ts';
import { statementDigest } from '../../core/statement.ts';
import type { ChangeFacts } from './facts.ts';
import { manifestOf } from './manifest.ts';
import { slotsOf } from './slots.ts';
import type { Supply } from './supply.ts';

export const sha = 'a'.repeat(40);
export const base = 'b'.repeat(40);
const headTree = 'c'.repeat(40);
const merge = 'd'.repeat(40);
export const now = 1_000_000_000;
const key = 'change:1#7';
const ada = { id: 1, login: 'ada', type: 'User' } as const;
const grace = { id: 2, login: 'grace', type: 'User' } as const;

/** A repository that locks nothing. */
const noSupply: Supply = {
  head: sha, mergeBase: base, at: now - 110_000, settings: '', problem: null, sbom: null, scan: null, vex: null, name: 'shop', components: 0, baseComponents: 0, added: [], removed: [], changed: [], relicensed: 0,
  licences: [], newLicences: [], unlicensed: 0, incomplete: [], kinds: [], newFaulty: [], touched: false, reports: [],
};

/** Documentation by grace; `code` makes it code that names no intent. */
export function changeFacts(more: Partial<ChangeFacts> = {}, kind: ChangeFacts['kind'] = 'docs'): ChangeFacts {
  const repository = { id: 1, owner: 'ada', name: 'shop', private: false, archived: false, defaultBranch: 'main', defaultSha: base, config: null, waivers: [] };
  return {
    key, now, kind, weakening: [], waivers: { read: [], broken: [] }, proposed: {}, requestedBy: null, authorPermission: 'write', config: defaultConfig(), configProblem: null, lastGood: null, commands: [], effects: effectsOf(more.commands ?? []),
    change: {
      repository, number: 7, nodeId: 'n', title: 'A change', body: '', state: 'open', draft: false, author: grace, fork: false, headRef: 'notes', headSha: sha, baseRef: 'main', baseSha: base,
      mergeable: 'mergeable', mergeSha: null, headTree, testMerge: { sha: merge, tree: headTree, parents: [base, sha] }, merged: null, queue: null, labels: [], comments: [], checkRuns: [], sameHead: [], pushers: [grace],
    },
    files: { base, head: sha, mergeBase: base, files: [{ path: kind === 'docs' ? 'README.md' : 'src/a.ts', previousPath: null, status: 'modified' }] },
    binding: { bound: null, now: { headSha: sha, headTree, baseRef: 'main', baseSha: base, mergeBase: base, mergeSha: merge, mergeTree: headTree, since: null, cause: null, moved: [], seen: null }, movement: 'none', moved: [] },
    rebase: null, jobs: [], intent: null, built: null, head: { sha, at: now - 120_000 }, manifest: null, supply: noSupply, traces: null, mergeRefused: null, presences: [], pushedBy: [], others: [],
    budget: { committed: 0, settled: 0, calls: 0, tokens: 0, grant: 10_000_000, cap: 150_000_000, project: key, asked: null },
    week: { spent: 0, committed: 0 }, ledger: { perJob: {}, lost: [] }, families: ['anthropic', 'openai', 'google'], self: { login: 'assay[bot]' }, policyDigest: 'p'.repeat(64), toolsDigest: 't'.repeat(64), registries: null,
    gitHubUrl: 'https://github.test', executor: 'local', statusUrl: 'https://assay.test/changes/1/7', ...more,
  };
}

export function job(kind: JobKind, answer: Partial<JobAnswer>, about = 'baseline'): JobRow {
  return {
    id: jobId(key, kind, `${sha} ${base} ${about}`), subject: key, kind, input: {} as JobRow['input'], state: 'done', ticket: null, attempts: 1, createdAt: now - 100_000, startedAt: now - 90_000, finishedAt: now - 80_000,
    answer: { kind, sandbox: 'none', ms: 1, ...answer } as JobAnswer,
  };
}

export function guarded(outcome: 'pass' | 'fail' | 'not_applicable' = 'pass'): JobRow {
  return job('guard', { ok: true, output: { version: 1, outcome, base, head: sha, guardrails: [], durationMs: 1 } });
}

/** With the manifest that its verdicts give, published a minute and a half ago. */
export function published(facts: ChangeFacts): ChangeFacts {
  const statement = manifestOf(facts, slotsOf(facts));
  if (!statement) throw new Error('a verdict is missing');
  return { ...facts, manifest: { digest: statementDigest(statement), payloadSha256: 'f'.repeat(64), at: now - 90_000, bundle: {}, statement } };
}

export function said(text: string, more: Partial<CommandFact> & { by?: 'ada' | 'grace'; permission?: Permission } = {}): CommandFact[] {
  const { by = 'ada', ...rest } = more;
  // As policy would say it of these people.
  const refusal = rest.viaApp ? 'AUTHZ_AGENT' : (rest.permission ?? 'write') === 'write' ? null : 'AUTHZ_NO_ROLE';
  return parseCommands(text).map((command) => ({ comment: 70, author: by === 'ada' ? ada : grace, permission: 'write' as const, viaApp: false, at: now - 1_000, state: 'valid' as const, command, refusal, ...rest }));
}
