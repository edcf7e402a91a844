/** The probes that ask an engine of the repository – compiler, linters, formatters, documentation – each by the configuration and the version that base has. */
import type { Probe } from '../../core/ports/toolbox.ts';
import type { ProbeParts } from './all.ts';

export const engineNames = ['tsc', 'eslint', 'oxlint-configured', 'dependency-cruiser', 'readme', 'prettier-configured', 'biome', 'gofmt', 'typedoc', 'pyright'] as const;

export async function ownEngines(parts: ProbeParts): Promise<Record<(typeof engineNames)[number], Probe>> {
  const [{ compilerProbe }, { ownEngineProbe }, { formatterProbe }, { readmeProbe }] = await Promise.all([import('./compiler.ts'), import('./own-engine.ts'), import('./formatter.ts'), import('./readme.ts')]);
  const [linters, formatters, { typedoc }, { pyrightProbe }] = await Promise.all([import('./linters.ts'), import('./formatters.ts'), import('./typedoc.ts'), import('./pyright.ts')]);
  return {
    tsc: compilerProbe(parts), pyright: pyrightProbe(parts), readme: readmeProbe(parts), typedoc: ownEngineProbe(typedoc, parts),
    eslint: ownEngineProbe(linters.eslint, parts), 'oxlint-configured': ownEngineProbe(linters.oxlintConfigured, parts), 'dependency-cruiser': ownEngineProbe(linters.dependencyCruiser, parts),
    'prettier-configured': formatterProbe(formatters.prettierConfigured, parts), biome: formatterProbe(formatters.biome, parts), gofmt: formatterProbe(formatters.gofmt, parts),
  };
}
