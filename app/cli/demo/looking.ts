/** What a person can see of a pull request or an issue, read over HTTP: comments, check runs, annotations, and Assay's own status as JSON. */
import type { ConsensusResult } from '../../core/candidate.ts';
import type { AuditOutput, BuildOutput, JobAnswer, SabotageOutput } from '../../core/job.ts';
import { until, type Person } from './person.ts';
import { owner, repository } from './world.ts';

export const at = `/repos/${owner}/${repository}`;

export interface Comment { id: number; body: string; user: { login: string; type: string } }
export interface CheckRun { id: number; name: string; status: string; conclusion: string | null; app: { id: number } | null; output: { title: string | null; summary: string | null; text: string | null } }
export interface Annotation { path: string; start_line: number; end_line: number; title: string; message: string }
export interface PullRequest { number: number; title: string; body: string; state: string; merged: boolean; head: { sha: string; ref: string }; user: { login: string } }

export function comments(who: Person, issue: number): Promise<Comment[]> {
  return who.get(`${at}/issues/${issue}/comments?per_page=100`);
}

export async function checkRuns(who: Person, sha: string): Promise<Record<string, CheckRun>> {
  const { check_runs: runs } = await who.get<{ check_runs: CheckRun[] }>(`${at}/commits/${sha}/check-runs?per_page=100`);
  return Object.fromEntries(runs.toSorted((a, b) => a.id - b.id).map((run) => [run.name, run]));
}

export async function annotations(who: Person, run: CheckRun): Promise<Annotation[]> {
  return who.get(`${at}/check-runs/${run.id}/annotations?per_page=100`);
}

/** The App's standing comment once it says what is waited for. */
export async function standing(who: Person, issue: number, options: { says: RegExp; never?: RegExp; seconds?: number }): Promise<Comment> {
  return until(`the standing comment of #${issue} to say ${options.says}`, async () => {
    const own = (await comments(who, issue)).find((comment) => comment.user.type === 'Bot' && comment.body.includes('assay:standing'));
    if (own && options.never?.test(own.body)) throw new Error(`the comment says: ${own.body.slice(0, 600)}`);
    return own && options.says.test(own.body) ? own : undefined;
  }, options);
}

/** The reply to one comment. */
export async function replyTo(who: Person, issue: number, comment: number): Promise<Comment> {
  return until(`a reply to comment ${comment}`, async () => (await comments(who, issue)).find((one) => one.user.type === 'Bot' && one.body.startsWith(`<!-- assay:reply ${comment} -->`)));
}

/** All check runs of a head once each has come to an end. */
export async function concluded(who: Person, sha: string, names: readonly string[]): Promise<Record<string, CheckRun>> {
  return until(`the checks ${names.join(', ')} of ${sha.slice(0, 7)} to conclude`, async () => {
    const runs = await checkRuns(who, sha);
    return names.every((name) => runs[name]?.status === 'completed') ? runs : undefined;
  });
}

export const checkNames = ['assay', 'assay/guardrails', 'assay/supply-chain', 'assay/consensus', 'assay/saboteur', 'assay/policy', 'assay/approval'] as const;

/** The line that the standing comment offers for approval. */
export function approveLine(body: string): string {
  const line = /^\/approve [0-9a-f ]+$/m.exec(body)?.[0];
  if (!line) throw new Error(`no approval line in: ${body.slice(0, 400)}`);
  return line;
}

interface StatusJob { kind: string; answer: JobAnswer | null }
export interface Status { jobs: StatusJob[]; spent: { settled: number; calls: number } }

export async function status(assayUrl: string, path: string): Promise<Status> {
  const response = await fetch(`${assayUrl}${path}.json`);
  if (!response.ok) throw new Error(`${path}.json answered ${response.status}`);
  return await response.json() as Status;
}

export function outputs(from: Status): { builds: BuildOutput[]; consensus: ConsensusResult | null; audit: AuditOutput | null; sabotage: SabotageOutput | null; sandbox: string } {
  const of = (kind: string) => from.jobs.filter((job) => job.kind === kind).flatMap((job) => (job.answer?.ok ? [job.answer.output] : []));
  return {
    builds: of('build') as BuildOutput[], consensus: (of('consensus').at(-1) ?? null) as ConsensusResult | null,
    audit: (of('audit').at(-1) ?? null) as AuditOutput | null, sabotage: (of('sabotage').at(-1) ?? null) as SabotageOutput | null,
    sandbox: from.jobs.map((job) => job.answer?.sandbox ?? '').find((grade) => grade !== '' && grade !== 'none') ?? 'none',
  };
}
