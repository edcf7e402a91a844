/**
 * The turnstile before every request: points and content from buckets that all replicas share through the store, a cap on requests under
 * way, and the pause between writes. Where a bucket is empty it throws GITHUB_LIMIT with the time; only the pause between writes, of at
 * most two gaps, is waited for here. The hourly content count is this process's own, as the shared buckets count minutes.
 */
import type { Limiter } from '../../core/ports/store.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { HOUR, type GitHubLimits, type RequestCost } from './limits.ts';
import { later } from './failures.ts';

export interface Gate {
  /** Runs the request once it may be sent. */
  pass<T>(installation: number, cost: RequestCost, request: () => Promise<T>): Promise<T>;
}

export function createGate(options: { store: Limiter; clock: Clock; limits: GitHubLimits }): Gate {
  const { store, clock, limits } = options;
  const slots = createSlots(limits.concurrent);
  const pace = createPace(clock, limits);

  async function take(bucket: string, points: number, perMinute: number): Promise<void> {
    const wait = await store.limiterTake(`github:${bucket}`, points, perMinute);
    if (wait > 0) throw later('GITHUB_LIMIT', `Assay's own budget for ${bucket} is used up`, { now: clock.now(), at: clock.now() + wait });
  }

  return {
    async pass(installation, cost, request) {
      const perMinute = cost.bucket === 'rest' ? limits.restPointsPerMinute : limits.graphqlPointsPerMinute;
      if (cost.content) {
        await pace(installation);
        await take(`content:${installation}`, 1, limits.contentPerMinute);
      }
      await take(`${cost.bucket}:${installation}`, cost.points, perMinute);
      return slots(request);
    },
  };
}

/** At most `count` requests at once; the others wait their turn in order. */
function createSlots(count: number): <T>(request: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = count;

  return async function run(request) {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await request();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

/** Spaces the content writes of an installation and counts them by the hour. */
function createPace(clock: Clock, limits: GitHubLimits): (installation: number) => Promise<void> {
  const written = new Map<number, number[]>();

  return async function pace(installation) {
    const now = clock.now();
    const recent = (written.get(installation) ?? []).filter((at) => at > now - HOUR);
    if (recent.length >= limits.contentPerHour) {
      throw later('GITHUB_LIMIT', `${limits.contentPerHour} content writes were made within the hour`, { now, at: recent[0]! + HOUR });
    }
    const turn = Math.max(now, (recent.at(-1) ?? -Infinity) + limits.contentGapMs);
    if (turn - now > 2 * limits.contentGapMs) throw later('GITHUB_LIMIT', 'other writes are waiting for their turn', { now, at: turn });
    written.set(installation, [...recent, turn]);
    if (turn > now) await clock.sleep(turn - now);
  };
}
