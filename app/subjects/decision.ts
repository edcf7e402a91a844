import type { Step } from '../core/step.ts';

/** What to do now, when to look again without being told, and whether the sweep should keep an eye on the subject. */
export interface Decision {
  steps: Step[];
  lookAgainAt: number | null;
  open: boolean;
}
