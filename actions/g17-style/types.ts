/** Type errors of the change that are not about something missing, which is G12's: they block where the repository itself calls the compiler, or uses pyright. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { answered } from '../../app/core/tool-answer.ts';
import { contractCode } from '../../app/core/type-errors.ts';

const Data = z.looseObject({ keeps: z.boolean().default(false) }).nullable();

export function typeFindings({ tools }: GuardFacts): RawFinding[] {
  return [tools.tsc, tools.pyright].filter(answered).flatMap(({ data, findings }) => {
    const keeps = Data.parse(data)?.keeps ?? false;
    return findings.filter(({ rule }) => contractCode(rule) === null && rule !== 'reportMissingImports').map(({ rule, path, startLine, endLine, message, level }): RawFinding => ({
      code: 'TYPE_ERROR', path, startLine, endLine, values: { rule, text: message.slice(0, 240) }, remedy: 'Make the types agree, as the compiler of the repository asks.', ...(keeps && level === 'error' ? {} : { severity: 'info' }),
    }));
  });
}
