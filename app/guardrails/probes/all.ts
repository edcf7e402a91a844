/** Every probe that a guardrail may name in its `tools`: each runs the change's code in the sandbox it is given and measures it. */
import type { Dependencies } from '../../core/ports/dependencies.ts';
import type { AnswerCache, Probe } from '../../core/ports/toolbox.ts';
import type { Sandbox } from '../../core/ports/sandbox.ts';
import { engineNames } from './own-engines.ts';

export interface ProbeParts {
  /** Opened once, when the first probe needs it. */
  sandbox(): Promise<Sandbox>;
  dependencies: Dependencies;
  /** Where single results are kept for later runs on this machine. */
  cache?: AnswerCache | undefined;
}

/** Loaded when the first is asked: a run that only reads needs none of their engines. */
export function probes(parts: ProbeParts): Probe[] {
  let loaded: Promise<Record<Name, Probe>> | undefined;
  return names.map((name) => ({ name, probe: async (request) => (await (loaded ??= load(parts)))[name].probe(request) }));
}

const names = ['mutation', 'counterfactual', 'coverage', 'properties', 'benchmark', 'preview', ...engineNames] as const;
type Name = (typeof names)[number];

async function load(parts: ProbeParts): Promise<Record<Name, Probe>> {
  const [{ headRuns }, { mutationProbe }, { counterfactualProbe }, { coverageProbe }, { propertiesProbe }, { benchmarkProbe }, { previewProbe }, { ownEngines }] = await Promise.all([import('./head-run.ts'), import('./mutation.ts'), import('./counterfactual.ts'), import('./coverage.ts'), import('./properties.ts'), import('./benchmark.ts'), import('./preview.ts'), import('./own-engines.ts')]);
  const headRun = headRuns(parts);
  return { mutation: mutationProbe({ headRun, cache: parts.cache }), counterfactual: counterfactualProbe({ headRun }), coverage: coverageProbe({ headRun }), properties: propertiesProbe(parts), benchmark: benchmarkProbe(parts), preview: previewProbe(parts), ...await ownEngines(parts) };
}
