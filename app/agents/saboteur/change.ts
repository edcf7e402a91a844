/** Attacks on the change itself, without running it: tests taken away or weakened, scripts that install themselves, files that stay behind. */
import { attackPersistence } from './persistence.ts';
import type { Suspicion, Target } from './suspicion.ts';
import { attackTests } from './tests-weakened.ts';

export function attackChange(target: Target): Suspicion[] {
  return [...attackTests(target), ...attackPersistence(target)];
}
