/** Imports that deptry finds in no manifest, as far as our own knowledge of names does not explain them. Told and never blocking: what is imported may come with something that is declared. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { answered } from '../../app/core/tool-answer.ts';
import { declares } from './locals-python.ts';
import type { Locals } from './locals.ts';
import type { Reference } from './reference.ts';

export function undeclared(facts: Pick<GuardFacts, 'tools'>, how: { asked: readonly Reference[]; locals: Locals; own: readonly RawFinding[] }): RawFinding[] {
  const answer = facts.tools.deptry;
  if (!answered(answer)) return [];
  return answer.findings.filter(({ rule }) => rule === 'DEP001').flatMap(({ path, startLine, message }): RawFinding[] => {
    // What the own reading does not ask a registry about is the runtime's or the repository's.
    const reference = how.asked.find((each) => each.ecosystem === 'pypi' && each.where === 'import' && each.path === path && each.line === startLine);
    if (!reference || declares(how.locals.python, reference.name) || how.own.some((found) => found.path === path && found.startLine === startLine)) return [];
    return [{ code: 'PACKAGE_UNDECLARED', path, startLine, endLine: startLine, severity: 'info', values: { module: message, name: reference.name } }];
  });
}
