/** Facts and tools for tests of guardrails: two sets of texts in, what inspect gets out; and the runner's edges with nothing behind them. */
import type { GuardFacts, PackageLookup } from '../core/guardrail.ts';
import type { Toolbox } from '../core/ports/toolbox.ts';
import { ToolAnswer } from '../core/tool-answer.ts';
import { textFile } from '../core/tree.ts';
import { gatherFacts, readersOf } from './facts.ts';
import type { GuardrailTools } from './runner.ts';

export const fixtureNow = Date.parse('2026-11-20T00:00:00Z');

export function factsOf(head: Record<string, string>, base: Record<string, string> = {}, more: Partial<GuardFacts> = {}): GuardFacts {
  const tree = (files: Record<string, string>) => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
  const { texts, ...facts } = gatherFacts({ base: tree(base), head: tree(head), all: more.all ?? false, now: fixtureNow });
  return { ...facts, ...readersOf({ ...facts, texts }), packages: [], tools: {}, settings: undefined, ...more };
}

/** Every tool is missing, as on a bare machine. */
export const noTools: Toolbox = { ask: async (tool) => ToolAnswer.parse({ tool, version: '0.0.0', state: 'missing', why: 'it is not installed', install: `npx assay tools install ${tool}` }) };

const offline: PackageLookup = { lookup: async (questions) => questions.map((question) => ({ ...question, state: 'unknown', createdAt: null, why: 'offline' })) };

export function fixtureTools(more: Partial<GuardrailTools> = {}): GuardrailTools {
  return { packages: offline, clock: { now: () => fixtureNow, sleep: async () => {} }, toolbox: noTools, ...more };
}
