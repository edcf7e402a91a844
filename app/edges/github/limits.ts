/**
 * GitHub's documented limits, and what one request costs of them. Source: docs.github.com, "Rate limits for the REST API".
 * The documents do not say whether check runs count as content; they are budgeted as if they did.
 */
import type { RetryLater } from '../../core/ports/github.ts';

export interface GitHubLimits {
  /** Requests under way at once, REST and GraphQL together. */
  concurrent: number;
  restPointsPerMinute: number;
  graphqlPointsPerMinute: number;
  contentPerMinute: number;
  contentPerHour: number;
  /** The pause between two content writes of one installation; 0 against a stand-in on loopback. */
  contentGapMs: number;
  requestTimeoutMs: number;
}

export const gitHubLimits: GitHubLimits = {
  concurrent: 100,
  restPointsPerMinute: 900,
  graphqlPointsPerMinute: 2000,
  contentPerMinute: 80,
  contentPerHour: 500,
  contentGapMs: 1000,
  requestTimeoutMs: 30_000,
};

/** Against a loopback server the pause only costs time; every other limit stays. */
export function limitsFor(baseUrl: string): GitHubLimits {
  const host = new URL(baseUrl).hostname;
  const loopback = host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
  return loopback ? { ...gitHubLimits, contentGapMs: 0 } : gitHubLimits;
}

export interface RequestCost {
  bucket: 'rest' | 'graphql';
  points: number;
  /** Creates or alters what people get notified of. */
  content: boolean;
}

/** GraphQL is only used to read, so it costs what a read costs. */
export function costOf(method: string, route: string): RequestCost {
  if (route === '/graphql') return { bucket: 'graphql', points: 1, content: false };
  if (method === 'GET') return { bucket: 'rest', points: 1, content: false };
  return { bucket: 'rest', points: 5, content: !route.includes('/git/') };
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** How long to leave GitHub alone where it named no time itself. */
export const pauses: Record<RetryLater['code'], number> = {
  GITHUB_LIMIT: MINUTE,
  GITHUB_UNAVAILABLE: 15_000,
  GITHUB_SUSPENDED: HOUR,
  GITHUB_GONE: HOUR,
  GITHUB_STALE_READ: 5_000,
};

export const caps = {
  annotationsPerRequest: 50,
  outputCharacters: 65_535,
  annotationCharacters: 60_000,
  titleCharacters: 250,
  compareFiles: 300,
  /** One page of a comparison. */
  compareCommits: 100,
  treeBytes: 50 * 1024 * 1024,
  pages: 30,
};
