/** Reads everything a decision about a change may know: one GitHub snapshot, permissions as they are now, and what the store knows. */
import type { Candidate } from '../../core/candidate.ts';
import { configPath } from '../../core/config.ts';
import { digestOf } from '../../core/digest.ts';
import type { Family } from '../../core/family.ts';
import type { ChangeSnapshot } from '../../core/ports/github.ts';
import type { JobRow } from '../../core/ports/store.ts';
import { presencesIn } from '../../core/presence.ts';
import { changeKey, intentKey, parseSubjectKey } from '../../core/subject.ts';
import { textOf } from '../../core/tree.ts';
import { readWaivers } from '../../core/waiver.ts';
import { MergeRefused } from '../../steps/merge.ts';
import { CandidateCommit, OpenedPullRequest, requestedByNote } from '../../steps/open-pull-request.ts';
import { SignedNote } from '../../steps/sign-statement.ts';
import { ApprovedNote } from '../intent/facts.ts';
import { outputOf } from '../intent/progress.ts';
import { executionMs } from '../intent/time.ts';
import { readBudget, readCommands, readConfig, readReaders, type Observer } from '../observation.ts';
import { FilesNote, HeadNote, VerdictNote, type BuiltBy, type ChangeFacts, type LinkedIntent } from './facts.ts';
import { intentNumber, kindOfChange } from './kind.ts';
import { readBinding } from './read-binding.ts';
import { readRebase } from './read-rebase.ts';
import { approvedHeadNote, termsOf } from './rebase.ts';
import { readSupply } from './read-supply.ts';
import { ruleOnSupply } from './supply-policy.ts';
import { ruleOnTraces } from './traces.ts';
import { weakeningsOf } from './weakening.ts';

/** Null where the pull request is gone. */
export async function observe(observer: Observer): Promise<ChangeFacts | null> {
  const { key, repository, github, store, publicUrl } = observer;
  const change = await github.change(repository, Number(parseSubjectKey(key).id));
  if (!change) return null;
  const [notes, jobs] = await Promise.all([store.notes(key), store.jobsOf(key)]);
  const { config, problem, lastGood } = await readConfig(observer, change.repository);
  const { commands, effects, permissions } = await readCommands(observer, change.comments);
  const { intent, built } = await readIntent(observer, change);
  const money = await readBudget(observer, intent?.approved ? intent.key : key, config, effects);
  const files = await readFiles(observer, change, notes.files);
  const binding = await readBinding({ github, repository }, change, { files, note: notes.binding });
  const author = change.author;
  const isSelf = author?.type === 'Bot' && author.login.replace(/\[bot\]$/, '') === observer.botLogin.replace(/\[bot\]$/, '');
  const refused = MergeRefused.safeParse(notes['merge refused']).data ?? null;
  const manifest = SignedNote.safeParse(notes[`manifest ${change.headSha}`]).data ?? null;
  const now = observer.clock.now();
  const self = { login: observer.botLogin };
  const supply = await readSupply({ change, files, config, now, self, gitHubUrl: observer.gitHubUrl }, {
    tree: (sha) => github.tree(repository, sha), supplyChain: observer.supplyChain, note: notes.supply, retriedAt: effects.retriesAt.at(-1) ?? null,
  });
  const facts: ChangeFacts = {
    key, now, change, config, configProblem: problem, lastGood, commands, effects, jobs, intent, built, ...money, files,
    authorPermission: isSelf ? 'write' : author ? permissions.get(author.id) ?? await github.permission(repository, author.login) : 'none',
    kind: kindOfChange(files.files),
    binding, rebase: await readRebase({ github, repository }, change, { approved: notes[approvedHeadNote], known: notes.rebase, binding, terms: termsOf({ change, intent, policyDigest: observer.policyDigest, toolsDigest: observer.toolsDigest }) }),
    waivers: waiversOf(change), proposed: proposedIn(notes), requestedBy: typeof notes[requestedByNote] === 'number' ? notes[requestedByNote] : null,
    weakening: await readWeakening(observer, { files, config }),
    head: HeadNote.safeParse(notes.head).data ?? null,
    manifest,
    supply: supply && { ...supply, ruling: await ruleOnSupply(supply, { config, change, now }, observer.policy) },
    traces: null,
    mergeRefused: refused?.headSha === change.headSha ? refused : null,
    presences: presencesIn(notes),
    pushedBy: await store.pushers(repository.id, change.commits ?? [change.headSha]),
    others: await readOthers(observer, change),
    families: await readReaders(observer, config),
    self,
    policyDigest: observer.policyDigest,
    toolsDigest: observer.toolsDigest,
    registries: observer.registries,
    gitHubUrl: observer.gitHubUrl,
    executor: observer.executor,
    statusUrl: `${publicUrl}/changes/${repository.id}/${change.number}`,
  };
  return { ...facts, traces: await ruleOnTraces(facts, observer.policy) };
}

async function readFiles({ github, repository }: Observer, change: ChangeSnapshot, note: unknown): Promise<ChangeFacts['files']> {
  const known = FilesNote.safeParse(note);
  // Once it is merged its base holds it, and nothing would differ.
  const isOver = change.state !== 'open';
  if (known.success && known.data.head === change.headSha && (isOver || known.data.base === change.baseSha)) return known.data as ChangeFacts['files'];
  const { mergeBase, files } = await github.compare(repository, change.baseSha, change.headSha);
  return { base: change.baseSha, head: change.headSha, mergeBase, files };
}

function waiversOf({ repository }: ChangeSnapshot): ChangeFacts['waivers'] {
  const { waivers, broken } = readWaivers(repository.waivers);
  return { read: waivers, broken };
}

function proposedIn(notes: Record<string, unknown>): Record<number, number> {
  return Object.fromEntries(Object.entries(notes).flatMap(([name, note]) => {
    const comment = /^waiver (\d+)$/.exec(name)?.[1];
    const opened = OpenedPullRequest.safeParse(note).data;
    return comment && opened ? [[Number(comment), opened.number]] : [];
  }));
}

/** What the change does to the rules, from its own configuration file; commits never change, so their trees are kept by the edge. */
async function readWeakening({ github, repository }: Observer, { files, config }: Pick<ChangeFacts, 'files' | 'config'>): Promise<string[]> {
  if (!files.files.some((file) => file.path === configPath || file.previousPath === configPath)) return [];
  const tree = await github.tree(repository, files.head);
  return weakeningsOf(config, textOf(tree[configPath]) ?? null);
}

/** The intent is only ever read from Assay's own store: what the pull request claims about it counts for nothing. */
async function readIntent({ store, repository, clock }: Observer, change: ChangeSnapshot): Promise<{ intent: LinkedIntent | null; built: BuiltBy | null }> {
  const number = intentNumber(change.body);
  if (number === null) return { intent: null, built: null };
  const key = intentKey(repository.id, number);
  const notes = await store.notes(key);
  const approved = ApprovedNote.safeParse(notes['approved spec']).data ?? null;
  const author = typeof notes.author === 'number' ? notes.author : null;
  const opened = OpenedPullRequest.safeParse(notes['pull request']).data;
  const isBuilt = !change.fork && isCandidate(change, { opened, commit: CandidateCommit.safeParse(notes['candidate commit']).data });
  const jobs = await store.jobsOf(key);
  return { intent: { key, number, approved, authorId: author, workMs: executionMs(jobs, clock.now()) }, built: isBuilt ? await builtBy(jobs, store) : null };
}

/** The pull request that Assay opened; right after it was opened, and before that is noted, the commit that Assay made. Else a crash in between has its own work judged as a stranger's. */
function isCandidate(change: ChangeSnapshot, { opened, commit }: { opened: OpenedPullRequest | undefined; commit: CandidateCommit | undefined }): boolean {
  return opened ? opened.number === change.number && opened.headSha === change.headSha : commit?.sha === change.headSha;
}

async function builtBy(jobs: JobRow[], store: Observer['store']): Promise<BuiltBy | null> {
  const newest = <K extends 'consensus' | 'audit'>(kind: K) => jobs.filter((job) => job.kind === kind && job.state === 'done')
    .sort((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0)).map((job) => ({ job, output: outputOf<K>(job) }))[0];
  const audited = newest('audit');
  const compared = newest('consensus');
  if (!audited?.output || !compared?.output || audited.job.input.kind !== 'audit') return null;
  const { winner, candidates } = audited.job.input.input;
  const candidate = candidates.find(({ id }) => id === winner);
  if (!candidate) return null;
  const prompts = Object.fromEntries(await Promise.all(candidates.flatMap((one) => { const build = buildOf(one, jobs); return build ? [promptsFor(one.id, build, store)] : []; })));
  return { consensus: compared.output, audit: audited.output, auditedAt: audited.job.finishedAt ?? audited.job.createdAt, winnerFamily: candidate.family as Family, prompts };
}

/** The very build: one of an earlier round may have had another answer under the same name. */
function buildOf({ id, patch }: Pick<Candidate, 'id' | 'patch'>, jobs: JobRow[]): JobRow | undefined {
  return jobs.find((job) => { const made = job.kind === 'build' ? outputOf<'build'>(job)?.candidate : null; return made?.id === id && digestOf(made.patch) === digestOf(patch); });
}

async function promptsFor(id: string, build: JobRow, store: Observer['store']): Promise<[string, string[]]> {
  return [id, await store.promptDigests(build.id)];
}

async function readOthers({ store, repository }: Observer, change: ChangeSnapshot): Promise<ChangeFacts['others']> {
  return Promise.all(change.sameHead.map(async (number) => {
    const verdict = VerdictNote.safeParse(await store.note(changeKey(repository.id, number), 'verdict')).data;
    return { number, outcome: verdict?.headSha === change.headSha ? verdict.outcome : null };
  }));
}
