/** A refusal as the command line tells it: the code and the cause, what was found beside what was expected, the remedy. */
import type { Refusal } from '../core/refusal.ts';

export function refusalWords({ code, message, got, expected, remedy }: Refusal): string {
  return `${[`${code}: ${message}`, ...(got === null ? [] : [`  got: ${got}`]), ...(expected === null ? [] : [`  expected: ${expected}`]), `  remedy: ${remedy}`].join('\n')}\n`;
}
