/** A guardrail's case: facts in, verdict out. Text that must not stand in a file as it is, is written in pieces and joined when the case is read. */
import { z } from 'zod';
import { problemOf } from '../core/errors.ts';
import type { GuardrailResult, RawFinding } from '../core/finding.ts';
import type { GuardFacts, Inspector } from '../core/guardrail.ts';
import { textFile } from '../core/tree.ts';
import type { Descriptor } from './descriptor.ts';
import { ToolAnswer } from '../core/tool-answer.ts';
import { engines, mixed, silences } from './engines.ts';
import { gatherFacts, readersOf } from './facts.ts';
import { judge } from './judge.ts';

const Text = z.union([z.string(), z.strictObject({ join: z.array(z.string()) }).transform((value) => value.join.join(''))]);
const Files = z.record(z.string(), Text);

export const Case = z.strictObject({
  title: z.string(),
  facts: z.strictObject({
    /** Null: the runner failed to gather texts at all. */
    files: Files.nullable(),
    base: Files.default({}),
    skipped: z.array(z.strictObject({ path: z.string(), kind: z.enum(['binary', 'too_large', 'unreadable', 'symlink_outside']), why: z.string() })).default([]),
    packages: z.array(z.strictObject({ ecosystem: z.enum(['npm', 'pypi', 'go']), name: z.string(), state: z.enum(['exists', 'missing', 'unknown']), ageDays: z.number().nullable().default(null), why: z.string().nullable().default(null) })).default([]),
    budget: z.record(z.string(), z.number()).default({}),
    repository: z.string().nullable().default('ada/shop'),
    /** Judge every file as if there were no base. */
    all: z.boolean().default(false),
    /** What the tools said of head; those that a case leaves out are taken as not installed. */
    tools: z.record(z.string(), ToolAnswer.omit({ tool: true }).partial({ version: true })).default({}),
    pull: z.strictObject({ title: z.string(), body: Text, labels: z.array(z.string()).default([]) }).nullable().default(null),
    messages: z.array(z.string()).default([]),
    history: z.array(z.strictObject({ sha: z.string(), path: z.string(), lines: z.array(z.strictObject({ line: z.number(), text: Text })), unread: z.string().optional() })).nullable().default(null),
    settings: z.unknown().default(undefined),
    now: z.iso.datetime().default('2026-11-20T00:00:00Z'),
  }),
  expect: z.strictObject({
    outcome: z.enum(['pass', 'fail', 'error']),
    findings: z.array(z.strictObject({ code: z.string(), path: z.string(), line: z.number() })).optional(),
  }),
});
export type Case = z.infer<typeof Case>;

/** Plays the case through inspect and judge as the runner would; what inspect throws becomes an error as in the runner's thread. */
export async function playCase(play: Case, guardrail: { descriptor: Descriptor; inspector: Inspector }): Promise<GuardrailResult> {
  const { descriptor } = guardrail;
  const facts = factsOf(play, descriptor);
  const { found, foundOnBase } = await inspect(facts, guardrail.inspector);
  const shown = play.facts.files === null ? { changed: [], skipped: [] } : facts;
  const used = engines(descriptor, facts.tools);
  return judge({
    descriptor, mode: descriptor.mode, tool: mixed(used), engines: used, isFixture: () => false, facts: shown,
    found: [...found, ...silences(descriptor, facts.tools)], foundOnBase, covered: new Set(), waived: new Set(), baselineGrown: false, ms: 0,
  });
}

function factsOf(play: Case, descriptor: Descriptor): GuardFacts {
  const { now: at, all, budget, repository, pull, messages, history, settings } = play.facts;
  const now = Date.parse(at);
  const tree = (files: Record<string, string>) => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
  const gathered = gatherFacts({ base: tree(play.facts.base), head: tree(play.facts.files ?? {}), all, unread: play.facts.skipped, budget, repository, pull, messages, history, now });
  const { texts: _, ...plain } = gathered;
  const packages = play.facts.packages.map(({ ageDays, ...answer }) => ({ ...answer, createdAt: ageDays === null ? null : now - ageDays * 86_400_000 }));
  const facts = { ...plain, ...readersOf(gathered), packages, settings, tools: toolsOf(play, descriptor) };
  return play.facts.files === null ? { ...facts, changed: null as never } : facts;
}

function toolsOf(play: Case, descriptor: Descriptor): Record<string, ToolAnswer> {
  return Object.fromEntries(descriptor.tools.map(({ name }) => [name, ToolAnswer.parse({ tool: name, version: '0.0.0', ...(play.facts.tools[name] ?? { state: 'missing' }) })]));
}

async function inspect(facts: GuardFacts, inspector: Inspector): Promise<{ found: RawFinding[]; foundOnBase: RawFinding[] | null }> {
  try {
    const found = await inspector.inspect(facts);
    const before = facts.changed.filter((file) => file.baseText !== null).map((file) => ({ ...file, text: file.baseText! }));
    return { found, foundOnBase: await inspector.inspect({ ...facts, changed: before }) };
  } catch (thrown) {
    return { found: [{ code: 'GUARDRAIL_CRASHED', path: '.', startLine: 0, endLine: 0, error: true, values: { why: problemOf(thrown).message } }], foundOnBase: null };
  }
}
