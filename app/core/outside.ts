/**
 * Production files whose tests run outside of the sandbox alone, as `outside` in the settings of a guardrail says: what was measured inside says nothing of them.
 * They are taken out of the answers and named, so that nobody takes their silence for a measurement.
 */
import picomatch from 'picomatch';
import { z } from 'zod';
import type { GuardFacts } from './guardrail.ts';
import { isProduction } from './test-paths.ts';

export const OutsideGlobs = z.array(z.string().min(1)).default([]);
const Settings = z.looseObject({ outside: OutsideGlobs });

export interface Inside {
  /** With the answers of tools about files inside. */
  facts: GuardFacts;
  /** Changed files that the answers say nothing of any more, each with the reason. */
  left: string[];
}

/** Settings that cannot be read change nothing: the guardrail itself refuses them. */
export function outsideOf(settings: unknown): ((path: string) => boolean) | null {
  const read = Settings.safeParse(settings ?? {});
  return read.success && read.data.outside.length > 0 ? picomatch(read.data.outside, { dot: true }) : null;
}

export function insideOnly(facts: GuardFacts): Inside {
  const isOutside = outsideOf(facts.settings);
  if (isOutside === null) return { facts, left: [] };
  const tools = Object.fromEntries(Object.entries(facts.tools).map(([name, answer]) => [name, { ...answer, data: without(answer.data, isOutside) }]));
  const paths = facts.changed.filter(({ path, changedLines }) => isProduction(path) && changedLines.size > 0).map(({ path }) => path).filter((path) => isOutside(path));
  return { facts: { ...facts, tools }, left: paths.map((path) => `the tests of ${path} run outside of the sandbox alone`) };
}

function without(data: unknown, isOutside: (path: string) => boolean): unknown {
  if (Array.isArray(data)) return data.filter((each) => !(isRecord(each) && typeof each.path === 'string' && isOutside(each.path))).map((each) => without(each, isOutside));
  if (!isRecord(data)) return data;
  return scored(Object.fromEntries(Object.entries(data).map(([key, value]) => [key, without(value, isOutside)])));
}

/** The score of mutants counts only those that are left. */
function scored(data: Record<string, unknown>): Record<string, unknown> {
  const { score, killed, survived } = data;
  if (typeof score !== 'number' || typeof killed !== 'number' || !Array.isArray(survived)) return data;
  const all = killed + survived.length;
  return { ...data, score: all === 0 ? null : killed / all };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
