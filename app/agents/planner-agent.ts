/** The Planner's descriptor: its rules, its answer's shape, and how an intent and a repository become its prompt. */
import { z } from 'zod';
import type { PlanInput } from '../core/job.ts';
import { Spec } from '../core/spec.ts';
import { textOf, type Tree } from '../core/tree.ts';
import { asData } from '../core/untrusted.ts';
import { anyFamily, compose, systemPrompt, type AgentDescriptor } from './descriptor.ts';

/** The spec without what code gives it. `question`: the one thing that a person must settle first, or null. */
export const PlannerAnswer = z.strictObject({
  spec: Spec.omit({ version: true, id: true }),
  assumptions: z.array(z.string().max(500)).max(20),
  riskTier: z.enum(['low', 'medium', 'high']),
  question: z.string().max(500).nullish(),
});
export type PlannerAnswer = z.infer<typeof PlannerAnswer>;

export const plannerAgent: AgentDescriptor<z.infer<typeof PlanInput>, PlannerAnswer> = {
  role: 'planner',
  families: anyFamily,
  output: PlannerAnswer,
  tools: [],
  budget: { maxOutputTokens: 16_000, maxTurns: 2, temperature: 0.2 },
  system: systemPrompt('planner', [
    'You turn an intent into a spec that a person approves and that three builders, who never meet, implement from it alone.',
    'Lock one surface on which behaviour can be compared, the plainest that shows what is asked for: an exported function (module path and name); a command (arguments, input on stdin, answer on stdout); '
      + 'a server that listens on 127.0.0.1 at the port in PORT (kind http: start, routes, headers that matter, fields to mask whose values differ from run to run); or a command or function judged by the files that it writes (kind files: command, or module and export, and outputs).',
    'Write criteria that can be checked from outside. Give each its own tests of the form that the surface takes: args and expect; stdin and expect; request (one, or a session of several to a fresh server) and expect (status, headers, body); files with argv and input, or with call, and expect (path to content, null for no such file); an assertion for functions alone. Cover boundaries and refused input. No test may depend on time, network or order.',
    'Where the intent leaves something open, choose the plainest reading and state it as an assumption. Ask a question only where two readings lead to different products.',
    'Risk: high for security, money, data loss or public interfaces; low for what is easily undone; else medium.',
  ]),
  prompt: ({ intent, base }) => compose([
    `Plan intent #${intent.number}.`,
    asData('title', intent.title, { maxChars: 300 }),
    asData('intent', intent.body, { maxChars: 20_000 }),
    'The files of the repository:',
    asData('paths', Object.keys(base).sort().slice(0, 500).join('\n'), { kind: 'code', maxChars: 20_000 }),
    ...excerpts(base, `${intent.title}\n${intent.body}`),
  ]),
};

const excerptBudget = 60_000;

/** Texts that help to plan: what the intent names first, then README and manifest, then sources, until the budget is used. */
function excerpts(base: Tree, mention: string): ReturnType<typeof asData>[] {
  const rank = (path: string) => (mention.includes(path) ? 0 : /^(readme\.md|package\.json|pyproject\.toml)$/i.test(path) ? 1 : /\.([cm]?[jt]sx?|py)$/.test(path) ? 2 : 9);
  const paths = Object.keys(base).filter((path) => rank(path) < 9).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const chosen: ReturnType<typeof asData>[] = [];
  let left = excerptBudget;
  for (const path of paths) {
    const text = textOf(base[path]);
    if (text === undefined || text.length > left) continue;
    left -= text.length;
    chosen.push(asData(`file ${path}`, text, { kind: 'code', maxChars: 20_000 }));
  }
  return chosen;
}
