/** The product over tasks, one after the other, with what it said and what the labels say of it. */
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { runConsensus } from '../../../app/consensus/consensus.ts';
import { keptIn } from '../../../app/consensus/kept.ts';
import type { FamilyRecord } from '../../../app/core/family-record.ts';
import { stoodIn } from '../../../app/consensus/record.ts';
import type { ConsensusResult } from '../../../app/core/candidate.ts';
import { problemOf } from '../../../app/core/errors.ts';
import type { Sandbox } from '../../../app/core/ports/sandbox.ts';
import type { Task } from './tasks.ts';

export interface Row {
  id: string;
  difficulty: string;
  outcome: string;
  reason: string;
  /** Whom it would ship, whatever the confidence; null where it abstains. */
  winner: string | null;
  confidence: number;
  features: Record<string, number> | null;
  right: boolean | null;
  clusterRight: boolean | null;
  /** Some candidate of the task is right. */
  possible: boolean;
  labels: Record<string, boolean>;
  clusters: string[][];
  authors: { id: string; family: string; model: string }[];
  /** Ids that stood, for the families' record. */
  stood: string[];
  seconds: number;
  result: ConsensusResult | null;
}

export interface RunOptions {
  sandbox: Sandbox;
  resume: string | null;
  record?: FamilyRecord;
  seed: number;
}

/** With no threshold for the confidence: the scorer applies it, so that one run shows every threshold. */
export async function runTask(task: Task, { sandbox, resume, record, seed }: RunOptions): Promise<Row> {
  const began = performance.now();
  const kept = resume === null ? {} : { kept: keptIn(fileIn(resume, task)) };
  const request = { spec: task.spec, base: {}, candidates: task.candidates, seed, requiredConfidence: 0, ...(record ? { record } : {}) };
  try {
    return rowOf(task, await runConsensus(request, { sandbox, ...kept }), (performance.now() - began) / 1000);
  } catch (thrown) {
    return { ...blank(task), outcome: 'error', reason: problemOf(thrown).message, seconds: (performance.now() - began) / 1000 };
  }
}

function fileIn(folder: string, task: Task): string {
  mkdirSync(folder, { recursive: true });
  return join(folder, `${task.id}-${task.candidates.map(({ id }) => id).join('-')}.jsonl`.replace(/[^\w.-]/g, '_'));
}

function blank(task: Task): Row {
  const possible = Object.values(task.labels).some(Boolean);
  return { id: task.id, difficulty: task.spec.difficulty ?? 'not stated', outcome: 'neutral', reason: '', winner: null, confidence: 0, features: null, right: null, clusterRight: null, possible, labels: task.labels, clusters: [], authors: task.candidates.map(({ id, family, model: of }) => ({ id, family, model: of })), stood: [], seconds: 0, result: null };
}

function rowOf(task: Task, result: ConsensusResult, seconds: number): Row {
  const { winner, outcome, reason, confidence } = result;
  const members = result.clusters.find((cluster) => winner !== null && cluster.members.includes(winner))?.members ?? [];
  return {
    ...blank(task), stood: stoodIn(result), outcome, reason, winner, confidence, features: result.features ?? null, seconds, result, clusters: result.clusters.map((cluster) => cluster.members),
    right: winner === null ? null : task.labels[winner] ?? false, clusterRight: winner === null ? null : members.some((id) => task.labels[id] ?? false),
  };
}
