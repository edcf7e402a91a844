import { describe, expect, it } from 'vitest';
import { costOf, gitHubLimits, limitsFor } from './limits.ts';
import { failureOf, limitedUntil } from './failures.ts';

describe('the limits', () => {
  it('are the documented ones', () => {
    expect(gitHubLimits).toMatchObject({ concurrent: 100, restPointsPerMinute: 900, graphqlPointsPerMinute: 2000, contentPerMinute: 80, contentPerHour: 500, contentGapMs: 1000 });
  });

  it.each([
    ['GET', '/repos/{owner}/{repo}', { bucket: 'rest', points: 1, content: false }],
    ['PATCH', '/repos/{owner}/{repo}/check-runs/{check_run_id}', { bucket: 'rest', points: 5, content: true }],
    ['POST', '/repos/{owner}/{repo}/git/blobs', { bucket: 'rest', points: 5, content: false }],
    ['POST', '/graphql', { bucket: 'graphql', points: 1, content: false }],
  ])('%s %s costs %o', (method, route, cost) => expect(costOf(method, route)).toEqual(cost));

  it.each(['http://127.0.0.1:4101', 'http://localhost:1/api/v3', 'http://[::1]:1'])('leave out the pause on loopback: %s', (address) => {
    expect(limitsFor(address)).toEqual({ ...gitHubLimits, contentGapMs: 0 });
  });

  it.each(['https://api.github.com', 'https://127.0.0.1.example.com', 'https://localhost.example.com'])('keep it elsewhere: %s', (address) => {
    expect(limitsFor(address).contentGapMs).toBe(1000);
  });
});

const now = Date.parse('2026-11-20T12:00:00Z');
function answered(status: number, message: string, headers: Record<string, string> = {}) {
  return Object.assign(new Error(message), { status, response: { headers } });
}

describe('a refusal by GitHub', () => {
  it.each([
    ['secondary limit without a time', answered(403, 'You have exceeded a secondary rate limit.'), 'GITHUB_LIMIT', 60_000],
    ['secondary limit with a blank time', answered(429, 'slow down', { 'retry-after': '' }), 'GITHUB_LIMIT', 60_000],
    ['secondary limit with a short time', answered(403, 'wait', { 'retry-after': '7' }), 'GITHUB_LIMIT', 60_000],
    ['secondary limit with a long time', answered(429, 'wait', { 'retry-after': '300' }), 'GITHUB_LIMIT', 300_000],
    ['primary limit', answered(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 1800) }), 'GITHUB_LIMIT', 1_800_000],
    ['outage', answered(502, 'Bad Gateway'), 'GITHUB_UNAVAILABLE', 15_000],
    ['gone', answered(410, 'Gone'), 'GITHUB_GONE', 3_600_000],
    ['suspended', answered(403, 'This installation has been suspended'), 'GITHUB_SUSPENDED', 3_600_000],
    ['permission taken away', answered(403, 'Resource not accessible by integration'), 'GITHUB_SUSPENDED', 3_600_000],
    ['credentials', answered(401, 'Bad credentials'), 'GITHUB_UNAVAILABLE', 60_000],
  ])('%s', (_, thrown, code, wait) => expect(failureOf(thrown, { what: 'GET /x', now })).toMatchObject({ code, notBefore: now + wait, outcomeUnknown: thrown.status === 502 }));

  it('with no answer leaves the outcome unknown', () => {
    expect(failureOf(Object.assign(new Error('ECONNRESET'), { status: 500 }), { what: 'POST /x', now })).toMatchObject({ code: 'GITHUB_UNAVAILABLE', outcomeUnknown: true });
  });

  it('that is about the request itself names no time', () => {
    expect(failureOf(answered(422, 'Validation Failed'), { what: 'POST /x', now })).toMatchObject({ code: 'GITHUB_REFUSED', notBefore: null, status: 422 });
    expect(limitedUntil({ status: 403, message: 'Upgrade to GitHub Pro', headers: { 'x-ratelimit-remaining': '4999' }, now })).toBeNull();
  });
});
