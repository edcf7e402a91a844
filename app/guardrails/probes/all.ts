/** Every probe that a guardrail may name in its `tools`: each runs the change's code in the sandbox it is given and measures it. */
import type { Probe } from '../../core/ports/toolbox.ts';
import type { Sandbox } from '../../core/ports/sandbox.ts';

export interface ProbeParts {
  /** Opened once, when the first probe needs it. */
  sandbox(): Promise<Sandbox>;
}

export function probes(_parts: ProbeParts): Probe[] {
  return [];
}
