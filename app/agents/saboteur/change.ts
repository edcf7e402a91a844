/**
 * Attacks on the change itself, without running it: tests taken away or weakened, scripts that install themselves, files that stay behind,
 * code from elsewhere, words addressed to the machines that read the change.
 */
import { attackInstructions } from './instructions.ts';
import { attackPersistence } from './persistence.ts';
import { attackSupply } from './supply.ts';
import type { Suspicion, Target } from './suspicion.ts';
import { attackTests } from './tests-weakened.ts';

export function attackChange(target: Target): Suspicion[] {
  return [...attackTests(target), ...attackPersistence(target), ...attackSupply(target), ...attackInstructions(target)];
}
