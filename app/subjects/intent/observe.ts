/** Reads everything a decision about an intent may know: one GitHub snapshot, permissions as they are now, and what the store knows. */
import { digestOf } from '../../core/digest.ts';
import type { IntentSnapshot } from '../../core/ports/github.ts';
import { presencesIn } from '../../core/presence.ts';
import { parseSubjectKey } from '../../core/subject.ts';
import { OpenedPullRequest } from '../../steps/open-pull-request.ts';
import { forecastFor } from './forecast.ts';
import { readBudget, readCommands, readConfig, readReaders, type Observer } from '../observation.ts';
import { RecordNote, recordHome, recordNote } from './record.ts';
import { ApprovedNote, PlanNote, PublishedNote, type IntentFacts } from './facts.ts';

/** Null where the issue is gone, or never was one. */
export async function observe(observer: Observer): Promise<IntentFacts | null> {
  const { key, repository, github, store } = observer;
  const issue = await github.intent(repository, Number(parseSubjectKey(key).id));
  if (!issue) return null;
  const { config, problem, lastGood } = await readConfig(observer, issue.repository);
  const { commands, effects, permissions } = await readCommands(observer, issue.comments);
  const [notes, jobs, money] = await Promise.all([store.notes(key), store.jobsOf(key), readBudget(observer, key, config, effects)]);
  const plan = PlanNote.safeParse(notes.plan).data ?? null;
  const facts: IntentFacts = {
    key, now: observer.clock.now(), forecast: null, issue, config, configProblem: problem, lastGood, commands, effects, jobs, plan, ...money,
    ...(await peoplePermissions(observer, issue, permissions)),
    textDigest: digestOf({ title: issue.title, body: issue.body }),
    published: PublishedNote.safeParse(notes.published).data ?? null,
    approved: ApprovedNote.safeParse(notes['approved spec']).data ?? null,
    presences: presencesIn(notes),
    pullRequest: await readPullRequest(observer, notes['pull request']),
    families: await readReaders(observer, config),
    record: RecordNote.safeParse(await store.note(recordHome(key), recordNote)).data ?? null,
    statusUrl: `${observer.publicUrl}/intents/${repository.id}/${issue.number}`,
  };
  return { ...facts, forecast: forecastFor(facts, observer.forecast) };
}

async function peoplePermissions({ github, repository }: Observer, issue: IntentSnapshot, known: Map<number, IntentFacts['labellerPermission']>) {
  const ask = async (actor: IntentSnapshot['author']) => (actor ? known.get(actor.id) ?? await github.permission(repository, actor.login) : 'none' as const);
  const labellerPermission = await ask(issue.labelledBy);
  const same = issue.author?.id === issue.labelledBy?.id;
  return { labellerPermission, authorPermission: same ? labellerPermission : await ask(issue.author) };
}

async function readPullRequest({ github, repository }: Observer, note: unknown): Promise<IntentFacts['pullRequest']> {
  const opened = OpenedPullRequest.safeParse(note);
  if (!opened.success) return null;
  const change = await github.change(repository, opened.data.number);
  return { number: opened.data.number, headSha: opened.data.headSha, state: change?.state ?? 'closed', mergeSha: change?.mergeSha ?? null };
}
