/**
 * What GitHub's refusals mean to the loop. Most say when to come back (`notBefore`) and are the port's `RetryLater`; what GitHub
 * understood and declined is GITHUB_REFUSED. `outcomeUnknown`: the request may have taken effect although no answer came.
 */
import { AssayError } from '../../core/errors.ts';
import type { RetryLater } from '../../core/ports/github.ts';
import { MINUTE, pauses } from './limits.ts';

export type GitHubCode = RetryLater['code'] | 'GITHUB_REFUSED' | 'GITHUB_ANSWER_INVALID';

const remedies: Record<GitHubCode, string> = {
  GITHUB_LIMIT: 'Nothing to do: Assay comes back when GitHub allows it again.',
  GITHUB_UNAVAILABLE: 'Nothing to do: Assay comes back by itself. See GitHub\'s status page if it lasts.',
  GITHUB_SUSPENDED: 'An owner must unsuspend the App or accept its new permissions in the installation settings; "assay doctor" names them.',
  GITHUB_GONE: 'If the repository still exists, check that the App is installed on it; otherwise nothing is left to do.',
  GITHUB_STALE_READ: 'Nothing to do: GitHub had not caught up with itself; Assay reads again.',
  GITHUB_REFUSED: 'Read the message: GitHub understood the request and declined it.',
  GITHUB_ANSWER_INVALID: 'Check that GHE_HOST names a GitHub; an older GitHub Enterprise Server may lack a field that Assay needs.',
};

export class GitHubError extends AssayError {
  readonly status: number;
  readonly notBefore: number | null;
  readonly outcomeUnknown: boolean;

  constructor(code: GitHubCode, message: string, facts: { status: number; notBefore: number | null; outcomeUnknown?: boolean; cause?: unknown; remedy?: string }) {
    super(code, message, { remedy: facts.remedy ?? remedies[code], cause: facts.cause });
    this.status = facts.status;
    this.notBefore = facts.notBefore;
    this.outcomeUnknown = facts.outcomeUnknown ?? false;
  }
}

export function later(code: RetryLater['code'], message: string, facts: { now: number; status?: number; at?: number; outcomeUnknown?: boolean; cause?: unknown }): GitHubError {
  return new GitHubError(code, message, { ...facts, status: facts.status ?? 0, notBefore: facts.at ?? facts.now + pauses[code] });
}

export function hasStatus(thrown: unknown, ...statuses: number[]): thrown is GitHubError {
  return thrown instanceof GitHubError && statuses.includes(thrown.status);
}

export function isOutcomeUnknown(thrown: unknown): boolean {
  return thrown instanceof GitHubError && thrown.outcomeUnknown;
}

/** What Octokit throws, read without trusting its class: several copies of it are installed. */
interface Answered {
  status: number;
  message: string;
  headers: Record<string, unknown> | null;
  cause: unknown;
}

function read(thrown: unknown): Answered {
  if (!(thrown instanceof Error)) return { status: 0, message: String(thrown), headers: null, cause: thrown };
  const { status, response } = thrown as Error & { status?: unknown; response?: { headers?: Record<string, unknown> } };
  return { status: typeof status === 'number' ? status : 0, message: thrown.message, headers: response?.headers ?? null, cause: thrown };
}

/** Turns anything that a request threw into a GitHubError. `now` is the clock's. */
export function failureOf(thrown: unknown, options: { what: string; now: number }): GitHubError {
  if (thrown instanceof GitHubError) return thrown;
  const { status, message, headers, cause } = read(thrown);
  const facts = { now: options.now, status, cause };
  const words = `${options.what}: ${message}`;
  if (headers === null) return later('GITHUB_UNAVAILABLE', `${words} (no answer came)`, { ...facts, status: 0, outcomeUnknown: true });
  const at = limitedUntil({ status, message, headers, now: options.now });
  if (at !== null) return later('GITHUB_LIMIT', words, { ...facts, at });
  if (status >= 500) return later('GITHUB_UNAVAILABLE', words, { ...facts, outcomeUnknown: true });
  if (status === 404 || status === 410) return later('GITHUB_GONE', words, facts);
  if (status === 403 && /suspended|resource not accessible/i.test(message)) return later('GITHUB_SUSPENDED', words, facts);
  if (status === 401) return unauthorized(words, facts);
  return new GitHubError('GITHUB_REFUSED', words, { status, notBefore: null, cause });
}

function unauthorized(words: string, facts: { now: number; status: number; cause: unknown }): GitHubError {
  const remedy = 'Check APP_ID and PRIVATE_KEY, and that this machine\'s clock is right; "assay doctor" asks GitHub with them.';
  return new GitHubError('GITHUB_UNAVAILABLE', `${words} (GitHub does not accept the App's credentials)`, { ...facts, notBefore: facts.now + MINUTE, remedy });
}

/** When a limit ends, or null where the answer is about something else. Secondary limits never end before one minute. */
export function limitedUntil(answer: { status: number; message: string; headers: Record<string, unknown>; now: number }): number | null {
  if (answer.status !== 403 && answer.status !== 429 && answer.status !== 200) return null;
  const { headers, now } = answer;
  const reset = Number(headers['x-ratelimit-reset']);
  if (answer.status !== 200 && String(headers['x-ratelimit-remaining']) === '0' && Number.isFinite(reset)) return Math.max(reset * 1000, now + 1000);
  const secondary = /secondary rate|abuse detection/i.test(answer.message) || answer.status === 429 || 'retry-after' in headers;
  if (!secondary) return null;
  const seconds = Number(headers['retry-after']);
  return now + Math.max(MINUTE, Number.isFinite(seconds) ? seconds * 1000 : 0);
}

/** GitHub's ids fit a number; one that does not is an error rather than another thing's id. */
export function idOf(id: number | bigint): number {
  if (typeof id === 'number' && Number.isSafeInteger(id)) return id;
  throw new GitHubError('GITHUB_ANSWER_INVALID', `the id ${id} is larger than Assay can hold`, { status: 200, notBefore: null });
}
