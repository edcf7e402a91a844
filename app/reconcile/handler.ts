/** What the loop asks of a kind of subject, and what it hands to each piece. `observe` reads, `rule` and `decide` are pure, `act` writes one step. */
import type { Claim } from '../core/ports/store.ts';
import type { Log } from '../core/ports/log.ts';

export interface Run {
  claim: Claim;
  /** The same in every log line of this run. */
  reconcileId: string;
  /** Aborts when the lease is lost or the process shuts down. */
  signal: AbortSignal;
  log: Log;
  /** Proves that the lease is still ours, and renews it; throws LEASE_LOST. The loop calls it before each step; a step that reads first calls it again right before its write. */
  fence(): Promise<void>;
}

export interface Decided<Step> {
  steps: Step[];
  lookAgainAt: number | null;
  open: boolean;
}

export interface SubjectHandler<Facts = unknown, Ruling = unknown, Step = unknown> {
  observe(claim: Claim, run: Run): Promise<Facts>;
  rule(facts: Facts): Ruling | Promise<Ruling>;
  decide(facts: Facts, ruling: Ruling): Decided<Step>;
  /** Answers what it did, e.g. created, updated or unchanged; it only goes to the log. */
  act(step: Step, run: Run): Promise<unknown>;
}
