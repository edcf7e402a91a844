/** What a test may break: requests by method and path, webhooks by event. Every fault says how often it strikes and after how many matches. */

export interface RequestMatch {
  method?: string;
  /** The path below the API root: exact text, or a pattern. */
  path?: string | RegExp;
  /** The name of a GraphQL operation. */
  operation?: string;
  /** Strike from the n-th match on; 1 is the next one. */
  nth?: number;
  /** How many matches are struck; 1 by default. */
  times?: number;
}

export type RequestEffect =
  | { kind: 'answer'; status: number; headers: Record<string, string>; body: unknown }
  /** Cut the connection before anything happened, or after it happened and before the answer. */
  | { kind: 'reset'; when: 'before' | 'after' }
  | { kind: 'delay'; ms: number };

export type WebhookFault =
  /** Never sent and never listed, as for an event over 25 MB. */
  | { kind: 'drop' }
  | { kind: 'duplicate' }
  | { kind: 'delay'; ms: number }
  /** Kept back until `release`. */
  | { kind: 'hold' }
  /** Sent to nobody: listed as failed. */
  | { kind: 'receiver down' };

interface Planned<E> { effect: E; matches(subject: Subject): boolean; skip: number; left: number }

interface Subject { method?: string; path?: string; operation?: string | undefined; event?: string; action?: string | null }

export interface Faults {
  answer(match: RequestMatch, answer: { status: number; headers?: Record<string, string>; body?: unknown }): void;
  /** GitHub's secondary limit, 403 or 429, with or without `Retry-After`. */
  secondaryLimit(match: RequestMatch, options?: { status?: 403 | 429; retryAfter?: number }): void;
  reset(match: RequestMatch, when: 'before' | 'after'): void;
  delay(match: RequestMatch, ms: number): void;
  /** `event` is `issues`, `issues.opened` or `*`; `times` is 1 by default. */
  webhook(event: string, fault: WebhookFault, times?: number): void;
  clear(): void;
  requestFault(subject: { method: string; path: string; operation: string | undefined }): RequestEffect | undefined;
  webhookFault(event: string, action: string | null): WebhookFault | undefined;
}

export function createFaults(): Faults {
  const requests: Planned<RequestEffect>[] = [];
  const webhooks: Planned<WebhookFault>[] = [];
  const plan = (match: RequestMatch, effect: RequestEffect): void => {
    requests.push({ effect, matches: (subject) => matchesRequest(match, subject), skip: (match.nth ?? 1) - 1, left: match.times ?? 1 });
  };
  return {
    answer: (match, { status, headers = {}, body = { message: `Planned ${status}` } }) => plan(match, { kind: 'answer', status, headers, body }),
    secondaryLimit: (match, { status = 403, retryAfter } = {}) => plan(match, {
      kind: 'answer', status, headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
      body: { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.', documentation_url: SECONDARY },
    }),
    reset: (match, when) => plan(match, { kind: 'reset', when }),
    delay: (match, ms) => plan(match, { kind: 'delay', ms }),
    webhook: (event, effect, times = 1) => {
      webhooks.push({ effect, matches: (subject) => matchesEvent(event, subject), skip: 0, left: times });
    },
    clear: () => { requests.length = 0; webhooks.length = 0; },
    requestFault: (subject) => strike(requests, subject),
    webhookFault: (event, action) => strike(webhooks, { event, action }),
  };
}

const SECONDARY = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits';

/** The first plan that matches and is due; a plan that still skips counts the match. */
function strike<E>(plans: Planned<E>[], subject: Subject): E | undefined {
  for (const planned of plans) {
    if (planned.left <= 0 || !planned.matches(subject)) continue;
    if (planned.skip > 0) { planned.skip -= 1; continue; }
    planned.left -= 1;
    return planned.effect;
  }
  return undefined;
}

function matchesRequest(match: RequestMatch, subject: Subject): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== subject.method) return false;
  if (match.operation !== undefined && match.operation !== subject.operation) return false;
  if (match.path === undefined) return true;
  return typeof match.path === 'string' ? match.path === subject.path : match.path.test(subject.path ?? '');
}

function matchesEvent(event: string, subject: Subject): boolean {
  return event === '*' || event === subject.event || event === `${subject.event ?? ''}.${subject.action ?? ''}`;
}
