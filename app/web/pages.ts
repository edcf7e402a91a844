/**
 * The status pages: what Assay knows about each subject, read from its store. GET only and without any effect. They show what private
 * repositories are about, so they are served only to who holds the pages token, or to everybody where the composition says so (the demo).
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JobAnswer } from '../core/job.ts';
import type { AuditEntry, JobRow, Store, SubjectRow } from '../core/ports/store.ts';
import { formatUsd } from '../core/money.ts';
import { auditLogText } from '../evidence/audit-log.ts';
import { changeKey, intentKey, type SubjectKey } from '../core/subject.ts';
import { pageFile } from '../evidence/pack-page.ts';
import { keyListText, keyWindows } from '../evidence/key-list.ts';
import { html, page, tableOf, verdict, type Html, type Page } from './html.ts';

export interface PagesOptions {
  store: Store;
  /** The key that evidence is signed with: not a secret, and useless if it were fetched from where the evidence is. */
  publicKeyPem: string;
  /** The key of the audit log's checkpoints, as a line; null: nobody signs them. */
  auditKey: string | null;
  /** Null: no token is set. Then only `open` shows anything. */
  /** The evidence pack of a change, file by file; null while there is none. */
  pack(key: SubjectKey): Promise<Record<string, string> | null>;
  token: string | null;
  open: boolean;
  now: () => number;
}

/** Answers a GET it knows; false lets the next handler try. */
export function createPages(options: PagesOptions): (req: IncomingMessage, res: ServerResponse) => Promise<boolean> {
  return async (req, res) => {
    const url = new URL(req.url ?? '/', 'http://localhost');
    if (req.method !== 'GET') return false;
    if (url.pathname === '/healthz') return send(res, { status: 200, type: 'text/plain', body: 'ok\n' });
    const found = route(url.pathname);
    if (!found) return false;
    if (!mayRead(options, req)) return send(res, { status: 401, type: 'text/plain', body: 'Set ASSAY_PAGES_TOKEN and send it as "Authorization: Bearer …".\n' });
    return send(res, await found(options));
  };
}

interface Reply { status: number; type: string; body: string }

function route(path: string): ((options: PagesOptions) => Promise<Reply>) | null {
  if (path === '/') return async (options) => shown(await overview(options));
  if (path === '/audit.jsonl') return auditLog;
  if (path === '/key.pem') return async ({ publicKeyPem }) => ({ status: 200, type: 'application/x-pem-file', body: publicKeyPem });
  if (path === '/keys.json') return async ({ store }) => ({ status: 200, type: 'application/json', body: keyListText(keyWindows(await store.auditEntriesOf('assay', 'signer.introduced'))) });
  if (path === '/audit-key') return async ({ auditKey }) => text(auditKey === null ? null : `${auditKey}\n`);
  if (path === '/checkpoint') return async ({ store }) => text((await store.lastCheckpoint())?.note ?? null);
  if (path === '/checkpoint.json') return async ({ store }) => { const last = await store.lastCheckpoint(); return last ? json(last.bundle) : text(null); };
  const packed = /^\/changes\/(\d+)\/(\d+)\/pack\.(json|html)$/.exec(path);
  if (packed) return packReply(changeKey(Number(packed[1]), Number(packed[2])), packed[3] === 'html');
  const match = /^\/(intents|changes)\/(\d+)\/(\d+)(\.json)?$/.exec(path);
  if (!match) return null;
  const key = match[1] === 'intents' ? intentKey(Number(match[2]), Number(match[3])) : changeKey(Number(match[2]), Number(match[3]));
  return async (options) => {
    const subject = await options.store.subject(key);
    if (subject && match[4]) return json(await data(options, subject));
    return subject ? shown(await detail(options, subject)) : { status: 404, type: 'text/plain', body: `Assay knows nothing of ${key}.\n` };
  };
}

/** As data, or as the one page that shows and verifies it. */
function packReply(key: SubjectKey, asPage: boolean): (options: PagesOptions) => Promise<Reply> {
  return async ({ pack }) => {
    const files = await pack(key);
    if (!files) return { status: 404, type: 'text/plain', body: 'There is no signed manifest of this change yet.\n' };
    return asPage ? { status: 200, type: 'text/html; charset=utf-8', body: files[pageFile] ?? '' } : json(files);
  };
}

function mayRead({ token, open }: PagesOptions, req: IncomingMessage): boolean {
  if (open) return true;
  if (!token) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(req.headers.authorization ?? ''), digest(`Bearer ${token}`));
}

async function overview({ store }: PagesOptions): Promise<Page> {
  const [subjects, stats] = await Promise.all([store.subjects({}), store.stats()]);
  const rows = subjects.sort((a, b) => b.checkedAt - a.checkedAt).map((subject) => [
    html`<a href="${pathOf(subject)}">${subject.key}</a>`, `${subject.repository.owner}/${subject.repository.name}`,
    verdict(subject.parked ? 'error' : subject.open ? 'waiting' : 'pass'), subject.parked ? subject.parked.code : '', time(subject.checkedAt),
  ]);
  const counts = html`<p>${stats.deliveries} deliveries stored · ${stats.dirty} subjects to look at · ${stats.parked} parked · ${stats.jobsRunning} jobs running, ${stats.jobsQueued} queued · <a href="/audit.jsonl">audit log</a>, its <a href="/checkpoint">checkpoint</a> and <a href="/audit-key">key</a></p>`;
  return { title: 'What Assay is looking after', refresh: 30, body: html`${counts}${tableOf('Subjects', ['subject', 'repository', 'state', 'problem', 'last looked at'], rows)}` };
}

async function detail({ store }: PagesOptions, subject: SubjectRow): Promise<Page> {
  const [jobs, notes, entries, spent] = await Promise.all([store.jobsOf(subject.key), store.notes(subject.key), store.entries({ project: subject.key }), store.spent(subject.key)]);
  const work = tableOf('Work', ['kind', 'verdict', 'what it says', 'sandbox', 'took'], jobs.map(jobRow));
  const money = tableOf('Model calls', ['role', 'family', 'model', 'tokens in', 'tokens out', 'cost'], entries.map((entry) => [
    entry.role, entry.family, entry.model, entry.usage?.inputTokens ?? '', entry.usage?.outputTokens ?? '', entry.settled === null ? `${formatUsd(entry.reserved)} reserved` : formatUsd(entry.settled),
  ]));
  const manifests = Object.entries(notes).filter(([name]) => name.startsWith('manifest ')).map(([name, note]) => [html`<code>${name.slice(9)}</code>`, html`<code>${(note as { digest?: string }).digest ?? ''}</code>`]);
  return {
    title: `${subject.repository.owner}/${subject.repository.name} – ${subject.key}`, refresh: 15,
    body: html`${work}${tableOf('Signed manifests', ['head', 'digest'], manifests)}${manifests.length > 0 ? html`<p>Evidence pack: <a href="${pathOf(subject)}/pack.html">show and verify</a> · <a href="${pathOf(subject)}/pack.json">all files</a></p>` : null}${money}<p>Spent ${formatUsd(spent.settled)} in ${spent.calls} calls.</p>`,
  };
}

/** The same as data. Inputs are left out: they hold whole trees. */
async function data({ store }: PagesOptions, { key, repository, open, parked }: SubjectRow): Promise<unknown> {
  const [jobs, notes, spent] = await Promise.all([store.jobsOf(key), store.notes(key), store.spent(key)]);
  const work = jobs.map(({ id, kind, state, attempts, createdAt, startedAt, finishedAt, answer }) => ({ id, kind, state, attempts, createdAt, startedAt, finishedAt, answer }));
  return { key, repository, open, parked, jobs: work, notes, spent };
}

function text(body: string | null): Reply {
  return { status: body === null ? 404 : 200, type: 'text/plain; charset=utf-8', body: body ?? 'There is none yet.\n' };
}

function json(value: unknown): Reply {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) };
}

function jobRow(job: JobRow): (Html | string | number)[] {
  const answer = job.answer;
  const took = job.startedAt !== null && job.finishedAt !== null ? `${((job.finishedAt - job.startedAt) / 1000).toFixed(1)} s` : '';
  if (!answer) return [job.kind, verdict(job.state), job.ticket?.where ?? '', '', took];
  if (!answer.ok) return [job.kind, verdict('error'), `${answer.problem.code}: ${answer.problem.message}`, gradeOf(answer), took];
  const reason = 'reason' in answer.output ? answer.output.reason : `${answer.output.guardrails.length} guardrails`;
  return [job.kind, verdict(answer.output.outcome), reason, gradeOf(answer), took];
}

function gradeOf({ sandbox, run }: JobAnswer): string {
  return run ? `${sandbox}; Actions run ${run.id}, ${run.attested ? 'attested' : 'not attested'}` : sandbox;
}

/** The audit log as JSON lines, as `assay verify --log` reads it. */
async function auditLog({ store }: PagesOptions): Promise<Reply> {
  const all: AuditEntry[] = [];
  for (let from = 0; ; from += 500) {
    const entries = await store.auditEntries(from, 500);
    all.push(...entries);
    if (entries.length < 500) break;
  }
  return { status: 200, type: 'application/jsonl', body: auditLogText(all) };
}

function pathOf({ key }: { key: SubjectKey }): string {
  const match = /^(intent|change):(\d+)#(\d+)$/.exec(key);
  return match ? `/${match[1]}s/${match[2]}/${match[3]}` : '/';
}

function time(at: number): string {
  return at === 0 ? 'not yet' : new Date(at).toISOString().replace('T', ' ').slice(0, 19);
}

function shown(one: Page): Reply {
  return { status: 200, type: 'text/html; charset=utf-8', body: page(one) };
}

function send(res: ServerResponse, reply: Reply): true {
  res.writeHead(reply.status, {
    'content-type': reply.type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  });
  res.end(reply.body);
  return true;
}
