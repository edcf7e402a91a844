/** G18: new code that stands here already, and dependencies or idioms for what the platform gives. Only a long word-for-word copy blocks. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { copies } from './found.ts';
import { handWritten } from './platform.ts';
import { replaceable } from './replacements.ts';
import { isCompared, isWritten } from './scope.ts';
import { settingsOf } from './settings.ts';

export function inspect(facts: GuardFacts): RawFinding[] {
  const settings = settingsOf(facts.settings);
  if ('code' in settings) return [settings];
  const written = facts.changed.filter((file) => isCompared(file.path) && isWritten(file.text));
  return [...copies(facts, settings), ...written.flatMap(handWritten), ...replaceable(facts.changed, settings)];
}
