/** What the compilers say that does not exist: names, members, modules, and calls that do not fit. An error that the packages of this place may explain is `info`. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { answered, type ToolFinding } from '../../app/core/tool-answer.ts';
import { contractCode } from '../../app/core/type-errors.ts';
import { targetOf } from './resolve.ts';
import { isOwnCode } from './scope.ts';

export function compiledFindings(facts: GuardFacts): RawFinding[] {
  return [...(facts.tools.tsc?.findings ?? []), ...(facts.tools.pyright?.findings ?? [])].filter(({ path }) => isOwnCode(path)).flatMap(asFinding).concat(unjudged(facts));
}

function asFinding(said: ToolFinding): RawFinding[] {
  const code = contractCode(said.rule);
  if (code === null) return [];
  const at = { path: said.path, startLine: said.startLine, endLine: said.endLine, ...(said.level === 'error' ? {} : { severity: 'info' as const }) };
  const [module = '', name = 'default'] = [...said.message.matchAll(/["']{1,2}([^"']{1,200})["']{1,2}/g)].map(([, word]) => word!);
  // The same code and words as our own search has, so that one place is one finding.
  if (code === 'EXPORT_MISSING') return [{ code, ...at, values: { module, name } }];
  if (code === 'MODULE_MISSING' && module.startsWith('.')) return [{ code, ...at, values: { module: targetOf(said.path, module) } }];
  return [{ code: code === 'MODULE_MISSING' ? 'NAME_MISSING' : code, ...at, values: { text: `${said.message} (${said.rule})` } }];
}

const Data = z.looseObject({ unjudged: z.array(z.looseObject({ project: z.string(), why: z.string() })).default([]) }).nullable();

function unjudged({ tools }: GuardFacts): RawFinding[] {
  const { tsc } = tools;
  if (!answered(tsc)) return [];
  return (Data.parse(tsc.data)?.unjudged ?? []).map(({ project, why }) => ({ code: 'TYPES_NOT_JUDGED', path: project, startLine: 0, endLine: 0, severity: 'info', values: { project, why } }));
}
