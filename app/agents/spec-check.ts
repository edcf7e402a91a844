/** What code re-checks of a planned spec, whatever the model says of it. `faults` are mistakes of form, `gaps` are things only a person can settle. */
import { untestedCriteria, type CriterionTest, type Spec } from '../core/spec.ts';
import { isInsidePath } from './allowed-paths.ts';

const extensions: Record<Spec['language'], RegExp> = { python: /\.py$/, javascript: /\.[cm]?jsx?$/, typescript: /\.[cm]?tsx?$/ };

export function specFaults(spec: Omit<Spec, 'version' | 'id'>): string[] {
  const faults: string[] = [];
  const ids = spec.criteria.map((criterion) => criterion.id);
  if (new Set(ids).size !== ids.length) faults.push('two criteria share an id');
  const surface = spec.surface;
  if (surface?.kind === 'function') {
    if (!isInsidePath(surface.module)) faults.push(`the module path "${surface.module}" does not stay inside the repository`);
    if (!extensions[spec.language].test(surface.module)) faults.push(`the module "${surface.module}" is no ${spec.language} file`);
  }
  if (commandOf(surface).some((part) => part.startsWith('/') || part.split('/').includes('..'))) faults.push('the command leaves the repository');
  if (surface?.kind === 'files' && surface.module !== undefined && !extensions[spec.language].test(surface.module)) faults.push(`the module "${surface.module}" is no ${spec.language} file`);
  for (const criterion of spec.criteria) {
    if (criterion.tests.some((test) => !fitsSurface(test, surface))) faults.push(`a test of ${criterion.id} does not fit the surface`);
  }
  return faults;
}

function commandOf(surface: Spec['surface']): string[] {
  if (surface?.kind === 'http') return surface.start;
  return surface?.kind === 'cli' || surface?.kind === 'files' ? surface.command ?? [] : [];
}

export function fitsSurface(test: CriterionTest, surface: Spec['surface']): boolean {
  if (!surface) return true;
  if (surface.kind === 'http') return 'request' in test;
  if (surface.kind === 'files') return 'files' in test;
  if ('assert' in test) return true;
  return surface.kind === 'function' ? 'args' in test : 'stdin' in test;
}

export function specGaps(spec: Spec): string[] {
  const gaps: string[] = [];
  if (!spec.surface) gaps.push('The plan names no surface (function, command, route or file) on which behaviour can be compared. Where should it show?');
  if (spec.criteria.length === 0) gaps.push('The plan has no acceptance criterion. What must hold afterwards?');
  for (const id of untestedCriteria(spec)) gaps.push(`Criterion ${id} has no test. Which example would show that it holds?`);
  return gaps;
}
