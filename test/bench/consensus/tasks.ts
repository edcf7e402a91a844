/**
 * Tasks whose answers are known: a spec, recorded programs of several families, and a label for each. The development set is read from
 * beside the repository where it is there; labels reach the scorer alone and never the product.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { parseTagged } from '../../../app/consensus/values.ts';
import type { Candidate } from '../../../app/core/candidate.ts';
import { Spec } from '../../../app/core/spec.ts';
import { textFile } from '../../../app/core/tree.ts';

export interface Task {
  id: string;
  spec: Spec;
  candidates: Candidate[];
  labels: Record<string, boolean>;
  /** The task's own line of the file, for the scorer of the baselines. */
  line: string;
}

export type Labels = 'base' | 'plus';

const Line = z.looseObject({
  spec: Spec, candidates: z.array(z.looseObject({ id: z.string(), family: z.string(), model: z.string(), code: z.string() })),
  hidden: z.looseObject({ labels: z.record(z.string(), z.boolean()).optional(), plusLabels: z.record(z.string(), z.boolean()).optional() }),
});

const folder = fileURLToPath(new URL('../../../../shared/corpora/consensus/', import.meta.url));

export function developmentFile(set: string): string | null {
  const file = `${folder}${set}.jsonl.gz`;
  return existsSync(file) ? file : null;
}

export function behaviourFile(set: string): string | null {
  return developmentFile(`behaviour-${set}`);
}

/** The tasks of a file that have all candidates of the trio, labelled. Without a trio: all candidates of the file. */
export function tasksOf(file: string, trio: string[] | null, labels: Labels): Task[] {
  const text = file.endsWith('.gz') ? gunzipSync(readFileSync(file)).toString('utf8') : readFileSync(file, 'utf8');
  return text.split('\n').filter((line) => line !== '').flatMap((line) => taskOf(line, trio, labels) ?? []);
}

function taskOf(line: string, trio: string[] | null, which: Labels): Task | null {
  const { spec, candidates, hidden } = Line.parse(parsed(line));
  const labels = (which === 'plus' ? hidden.plusLabels : hidden.labels) ?? {};
  const asked = trio ?? candidates.map(({ id }) => id);
  if (!asked.every((id) => id in labels && candidates.some((candidate) => candidate.id === id))) return null;
  const chosen = candidates.filter(({ id }) => asked.includes(id)).map(({ id, family, model, code }) => ({ id, family, model, patch: { [fileOf(spec)]: textFile(code) }, tests: [] }));
  return { id: spec.id, spec, candidates: chosen, labels: Object.fromEntries(asked.map((id) => [id, labels[id] ?? false])), line };
}

/** Numbers of the spec keep their form. The hidden part was written by Python, whose JSON knows infinity; the scorer's figures do not need it. */
function parsed(line: string): object {
  const at = line.lastIndexOf(', "hidden": {');
  const hidden = line.slice(at + 2).replace(/(?<=[[,:] ?)(?:-?Infinity|NaN)(?=\s*[,\]}])/g, 'null');
  return { ...Object(parseTagged(`${line.slice(0, at)}}`)), ...Object(JSON.parse(`{${hidden}`)) };
}

function fileOf({ surface }: Spec): string {
  if (surface?.kind === 'function') return surface.module;
  return (surface?.kind === 'cli' ? surface.command.find((word) => /\.(py|[cm]?[jt]s)$/.test(word)) : undefined) ?? 'solution.py';
}

/** A sample without order effects: the same tasks for the same seed. */
export function sampled(tasks: Task[], { count, seed }: { count: number; seed: number }): Task[] {
  const draw = drawer(seed);
  return tasks.map((task) => ({ task, rank: draw() })).sort((a, b) => a.rank - b.rank).slice(0, count).map(({ task }) => task);
}

/** Mulberry32: numbers in [0, 1), the same ones for a seed. */
export function drawer(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
