/**
 * The reconcile loop: observe → rule → decide → act each → look again. A run starts from what is, never from what an event said, so running
 * twice changes nothing and a crash at any point is healed by the next run. One subject is in one run at a time, whatever the number of workers.
 */
import { randomUUID } from 'node:crypto';
import { AssayError, problemOf, type Problem } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Claim, Queue } from '../core/ports/store.ts';
import { parseSubjectKey, type SubjectKind } from '../core/subject.ts';
import { consequenceOf, runsDied, shuttingDown } from './failure.ts';
import type { Run, SubjectHandler } from './handler.ts';
import { keepLease, type Lease } from './lease.ts';
import { withFields } from './log-fields.ts';
import { createPool, type Pool } from './pool.ts';

export interface LoopOptions {
  store: Pick<Queue, 'claim' | 'renew' | 'finish' | 'defer' | 'park' | 'releaseOwned'>;
  clock: Clock;
  log: Log;
  handlers: Partial<Record<SubjectKind, SubjectHandler>>;
  /** Says on GitHub that Assay gave up on the subject; the lease is still held. It may run twice: compare before writing. */
  onParked(claim: Claim, problem: Problem, run: Run): Promise<void>;
  /** This process; its leases of an earlier life are dropped at start. */
  owner: string;
  workers?: number;
  leaseMs?: number;
  pollMs?: number;
  maxAttempts?: number;
  /** In [0, 1); spreads the retries. */
  random?: () => number;
}

export interface Loop {
  start(): Promise<void>;
  /** There may be work now. */
  wake(): void;
  /** Takes nothing more, waits for the runs under way and cuts off those that are not done by then. Answers how many were cut off. */
  drain(graceMs?: number): Promise<number>;
}

type Settled = Required<LoopOptions>;

export function createLoop(options: LoopOptions): Loop {
  const loop: Settled = { workers: 4, leaseMs: 30_000, pollMs: 1_000, maxAttempts: 8, random: Math.random, ...options };
  const running = new Map<Claim, Lease>();
  const pool = createPool({
    size: loop.workers, pollMs: loop.pollMs, clock: loop.clock, log: loop.log,
    async take() {
      const claim = await loop.store.claim(loop.owner, loop.leaseMs);
      return claim && (() => runClaim(loop, claim, running));
    },
  });
  return {
    async start() {
      await loop.store.releaseOwned(loop.owner);
      pool.start();
    },
    wake: pool.wake,
    drain: (graceMs = 8_000) => drain(loop, { pool, running, graceMs }),
  };
}

/** The five steps. */
async function reconcile(handler: SubjectHandler, run: Run): Promise<{ lookAgainAt: number | null; open: boolean }> {
  const facts = await handler.observe(run.claim, run);
  const ruling = await handler.rule(facts);
  const { steps, lookAgainAt, open } = handler.decide(facts, ruling);
  for (const step of steps) await actOn(handler, step, run);
  return { lookAgainAt, open };
}

async function actOn(handler: SubjectHandler, step: unknown, run: Run): Promise<void> {
  await run.fence();
  const result = await handler.act(step, run);
  run.log.info({ step: nameOf(step), result }, 'step done');
}

async function runClaim(loop: Settled, claim: Claim, running: Map<Claim, Lease>): Promise<void> {
  const reconcileId = randomUUID();
  const log = withFields(loop.log, { reconcileId, subject: claim.key, generation: claim.generation });
  const lease = keepLease({ renew: () => loop.store.renew(claim, loop.leaseMs), leaseMs: loop.leaseMs, clock: loop.clock, log });
  const run: Run = { claim, reconcileId, signal: lease.signal, log, fence: lease.fence };
  running.set(claim, lease);
  const started = loop.clock.now();
  log.debug({ attempts: claim.attempts }, 'run started');
  try {
    // A run that hangs after its lease was lost must not hold its worker; its fence lets it write nothing more.
    await Promise.race([runOnce(loop, run, started), rejection(lease.signal)]);
  } catch (thrown) {
    await settle(loop, run, lease.signal.aborted ? lease.signal.reason : thrown);
  } finally {
    running.delete(claim);
    lease.end();
  }
}

async function runOnce(loop: Settled, run: Run, started: number): Promise<void> {
  const { claim, log } = run;
  if (claim.attempts >= loop.maxAttempts) throw runsDied(claim.attempts);
  const handler = loop.handlers[parseSubjectKey(claim.key).kind];
  if (!handler) throw new AssayError('SUBJECT_KIND_UNHANDLED', `nothing here reconciles ${claim.key}`, { remedy: 'Run the Assay that does, or pass its handler to the loop.' });
  const after = await reconcile(handler, run);
  const kept = await loop.store.finish(claim, after);
  log.info({ ...after, kept, ms: loop.clock.now() - started }, 'run finished');
}

/** A failure here (the store is down) leaves the lease to run out: the subject stays dirty and comes back. */
async function settle(loop: Settled, run: Run, thrown: unknown): Promise<void> {
  const { claim, log } = run;
  const consequence = consequenceOf(thrown, { now: loop.clock.now(), attempts: claim.attempts, maxAttempts: loop.maxAttempts, draw: loop.random() });
  log.warn({ ...consequence, attempts: claim.attempts }, 'run failed');
  if (consequence.kind === 'later') await loop.store.defer(claim, consequence);
  if (consequence.kind === 'park') await giveUp(loop, run, consequence.problem);
}

/** The word on GitHub comes before the parking: a crash between the two says it again, the other order might never say it. */
async function giveUp(loop: Settled, run: Run, problem: Problem): Promise<void> {
  try {
    await run.fence();
    await loop.onParked(run.claim, problem, run);
  } catch (thrown) {
    const consequence = consequenceOf(thrown, { now: loop.clock.now(), attempts: 0, maxAttempts: 1, draw: 0 });
    run.log.error({ problem: problemOf(thrown) }, 'giving up could not be announced');
    if (consequence.kind === 'gone') return;
    if (consequence.kind === 'later') return void (await loop.store.defer(run.claim, consequence));
  }
  await loop.store.park(run.claim, problem);
}

async function drain(loop: Settled, options: { pool: Pool; running: Map<Claim, Lease>; graceMs: number }): Promise<number> {
  if (await options.pool.drain(options.graceMs)) return 0;
  const left = [...options.running];
  for (const [, lease] of left) lease.cut(shuttingDown());
  const back = { notBefore: loop.clock.now(), problem: problemOf(shuttingDown()), free: true };
  await Promise.allSettled(left.map(([claim]) => loop.store.defer(claim, back)));
  loop.log.warn({ cut: left.map(([claim]) => claim.key) }, 'runs cut off at shutdown');
  return left.length;
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

function nameOf(step: unknown): string {
  return typeof step === 'object' && step !== null && 'step' in step ? String(step.step) : typeof step;
}
