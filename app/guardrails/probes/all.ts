/** Every probe that a guardrail may name in its `tools`: each runs the change's code in the sandbox it is given and measures it. */
import type { Dependencies } from '../../core/ports/dependencies.ts';
import { outsideOf } from '../../core/outside.ts';
import type { AnswerCache, Probe } from '../../core/ports/toolbox.ts';
import type { Sandbox } from '../../core/ports/sandbox.ts';
import { engineNames } from './own-engines.ts';
import { perPackage } from './per-package.ts';

export interface ProbeParts {
  /** Opened once, when the first probe needs it. */
  sandbox(): Promise<Sandbox>;
  dependencies: Dependencies;
  /** A program of deps/tools.lock, for engines that are not the repository's: its folder, or the command that brings it. Absent: none is here. */
  tool?(name: string): { version: string } & ({ folder: string } | { install: string });
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
  return { mutation: inside(perPackage(mutationProbe({ headRun, cache: parts.cache }), { seconds: 300, mutants: 30 })), counterfactual: perPackage(counterfactualProbe({ headRun }), { seconds: 300 }), coverage: inside(perPackage(coverageProbe({ headRun }), { seconds: 420 })), properties: perPackage(propertiesProbe(parts), { seconds: 120 }), benchmark: benchmarkProbe(parts), preview: previewProbe(parts), ...await ownEngines(parts) };
}

/** Nothing is run for files whose tests run outside of the sandbox alone; the guardrail names them. */
function inside({ name, probe }: Probe): Probe {
  return {
    name,
    async probe(request) {
      const isOutside = outsideOf(request.settings);
      return await probe(isOutside === null ? request : { ...request, changed: request.changed.filter(({ path }) => !isOutside(path)) });
    },
  };
}
