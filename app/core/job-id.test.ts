import { expect, it } from 'vitest';
import { currentAttempt, jobId } from './job-id.ts';
import type { JobRow } from './ports/store.ts';

const subject = 'change:1#2';

function job(key: string, more: Partial<JobRow> = {}): JobRow {
  return { id: jobId(subject, 'guard', key), subject, kind: 'guard', input: {} as JobRow['input'], state: 'done', attempts: 1, createdAt: 1, startedAt: 2, finishedAt: 100, ticket: null, answer: null, ...more };
}

const attempt = (jobs: JobRow[], retriesAt: number[], passed = false) => currentAttempt({ subject, jobs, kind: 'guard', key: 'k' }, retriesAt, () => passed);

it('the same subject, kind and key is the same job; any other is another', () => {
  expect(jobId(subject, 'guard', 'k')).toBe(jobId(subject, 'guard', 'k'));
  expect(new Set([jobId(subject, 'guard', 'k'), jobId('change:1#3', 'guard', 'k'), jobId(subject, 'accept', 'k'), jobId(subject, 'guard', 'l')]).size).toBe(4);
});

it('is the first attempt while it is absent, running, passed or not asked for again', () => {
  expect(attempt([], [500])).toMatchObject({ number: 0, key: 'k', job: undefined });
  expect(attempt([job('k', { state: 'running', finishedAt: null })], [500])).toMatchObject({ number: 0 });
  expect(attempt([job('k')], [500], true)).toMatchObject({ number: 0 });
  expect(attempt([job('k')], [])).toMatchObject({ number: 0 });
});

it('is another one only where somebody asked after it had ended', () => {
  expect(attempt([job('k')], [99, 100])).toMatchObject({ number: 0 });
  expect(attempt([job('k')], [101])).toMatchObject({ number: 1, key: 'k again 1', job: undefined });
});

it('one retry gives one more attempt, not one per look', () => {
  const jobs = [job('k'), job('k again 1', { finishedAt: 200 })];
  expect(attempt(jobs, [101])).toMatchObject({ number: 1, job: { finishedAt: 200 } });
  expect(attempt(jobs, [101, 201])).toMatchObject({ number: 2, key: 'k again 2' });
});

it('what was cancelled before it began counts as ended when it was cancelled', () => {
  expect(attempt([job('k', { state: 'cancelled', startedAt: null, finishedAt: null, createdAt: 50 })], [60])).toMatchObject({ number: 1 });
});
