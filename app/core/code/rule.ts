/** The shape of a rule, and its names and texts as regular expressions. A name's `*` stands for anything. */
import { z } from 'zod';
import type { Site } from './calls.ts';

const Condition = z.strictObject({
  /** Argument by place or by name, the first that is there; `self` is what the method belongs to. `any`: one argument holds it; `rest`: one after the first. */
  arg: z.union([z.array(z.union([z.number(), z.string()])), z.literal('any'), z.literal('rest')]).default([0]),
  /** Its text, or the text that its name holds, matches. */
  is: z.string().optional(),
  not: z.string().optional(),
  /** Holds as well where the argument is not there. */
  absent: z.literal(true).optional(),
  from: z.enum(['fixed', 'unwritten', 'dynamic', 'mixed', 'handed', 'outside', 'remote', 'request']).optional(),
  composed: z.literal(true).optional(),
});
export type Condition = z.infer<typeof Condition>;

export const Rule = z.strictObject({
  code: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  why: z.string().min(5),
  /** Full names; `*` stands for anything. */
  calls: z.array(z.string()).optional(),
  pairs: z.array(z.string()).optional(),
  assigns: z.array(z.string()).optional(),
  when: z.array(Condition).default([]),
  /** The file names one of these at least (a plain text search). */
  mentions: z.array(z.string()).optional(),
  /** Nothing is found where the text of the function around it, or of the file, matches. */
  unless: z.string().optional(),
  unlessFile: z.string().optional(),
  info: z.literal(true).optional(),
});
export type Rule = z.infer<typeof Rule>;

export interface Compiled extends Rule {
  kind: Site['kind'];
  last: string;
  name: RegExp;
  tests: { condition: Condition; is: RegExp | null; not: RegExp | null }[];
}

export function compile(rule: Rule): Compiled[] {
  const kinds = { call: rule.calls, pair: rule.pairs, assign: rule.assigns };
  const tests = rule.when.map((condition) => ({ condition, is: condition.is ? new RegExp(condition.is) : null, not: condition.not ? new RegExp(condition.not) : null }));
  return Object.entries(kinds).flatMap(([kind, names]) => (names ?? []).map((name) => ({
    ...rule, kind: kind as Site['kind'], tests,
    last: name.slice(name.lastIndexOf('.') + 1),
    name: new RegExp(`^${name.split('*').map((part) => part.replace(/[.()[\]$^+?{}|\\]/g, '\\$&')).join('.*')}$`),
  })));
}
