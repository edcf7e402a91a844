/** Literal paths that client code asks for, against the OpenAPI descriptions of the repository. Reported: another service may answer them. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { isDescription, named, read, shapeOf } from './openapi.ts';

const call = /\b(?:fetch|axios(?:\.(?:get|post|put|patch|delete))?|requests\.(?:get|post|put|patch|delete)|client\.(?:get|post|put|patch|delete))\(\s*(["'`])(\/[\w/{}$.:-]{1,200})\1/g;

export function endpointFindings(facts: GuardFacts): RawFinding[] {
  const known = facts.paths.filter((path) => named.test(path)).map((path) => read(facts.read(path) ?? '')).filter(isDescription);
  const shapes = new Set(known.flatMap(({ paths }) => Object.keys(paths as object)).map(pattern));
  if (shapes.size === 0) return [];
  const first = new Set([...shapes].map((path) => path.split('/')[1]));
  return facts.changed.filter(({ path }) => /\.([cm]?[jt]sx?|vue|svelte|py)$/.test(path)).flatMap((file) => calls(file).flatMap(({ path, line }): RawFinding[] => {
    // Only where the description speaks of this family of paths at all.
    const belongs = first.has(path.split('/')[1]);
    return !belongs || [...shapes].some((shape) => fits(path, shape)) ? [] : [{ code: 'ENDPOINT_MISSING', path: file.path, startLine: line, endLine: line, severity: 'info', values: { endpoint: path } }];
  }));
}

function pattern(path: string): string {
  return shapeOf(path);
}

function fits(path: string, shape: string): boolean {
  const [asked, there] = [path.replace(/(.)\/$/, '$1').split('/'), shape.split('/')];
  return asked.length === there.length && there.every((part, index) => part.includes('{}') || part === asked[index] || /[{$:]/.test(asked[index]!));
}

function calls(file: ChangedText): { path: string; line: number }[] {
  return file.text.split('\n').flatMap((text, index) => (file.changedLines.has(index + 1) ? [...text.slice(0, 5000).matchAll(call)].map((match) => ({ path: match[2]!.replaceAll(/\$\{[^}]*\}/g, '{}'), line: index + 1 })) : []));
}
