/** Every probe that a guardrail may name in its `tools`: each runs the change's code in the sandbox it is given and measures it. */
import type { Dependencies } from '../../core/ports/dependencies.ts';
import type { AnswerCache, Probe } from '../../core/ports/toolbox.ts';
import type { Sandbox } from '../../core/ports/sandbox.ts';
import { counterfactualProbe } from './counterfactual.ts';
import { coverageProbe } from './coverage.ts';
import { headRuns } from './head-run.ts';
import { mutationProbe } from './mutation.ts';

export interface ProbeParts {
  /** Opened once, when the first probe needs it. */
  sandbox(): Promise<Sandbox>;
  dependencies: Dependencies;
  /** Where single results are kept for later runs on this machine. */
  cache?: AnswerCache | undefined;
}

export function probes(parts: ProbeParts): Probe[] {
  const headRun = headRuns(parts);
  return [mutationProbe({ headRun, cache: parts.cache }), counterfactualProbe({ headRun }), coverageProbe({ headRun })];
}
