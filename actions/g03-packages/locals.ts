/** What the repository provides itself, so that no registry is asked for it: for the three ecosystems, from the tree. */
import { type NpmLocals, npmLocals } from './locals-npm.ts';
import { type PythonLocals, pythonLocals } from './locals-python.ts';
import { type Repository, textsOf } from './repository.ts';

export interface Locals {
  npm: NpmLocals;
  python: PythonLocals;
  /** Modules of the repository and those that it replaces by a folder. */
  go: readonly string[];
}

export function localsOf(repository: Repository): Locals {
  return { npm: npmLocals(repository), python: pythonLocals(repository), go: goModules(repository) };
}

function goModules(repository: Repository): string[] {
  return textsOf(repository, /(^|\/)go\.mod$/).flatMap(({ text }) => [
    ...[...text.matchAll(/^module\s+"?([^\s"]+)/gm)].map((match) => match[1]!),
    ...[...text.matchAll(/^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+\.{0,2}\//gm)].map((match) => match[1]!),
  ]);
}

export function providesGo(modules: readonly string[], name: string): boolean {
  return modules.some((module) => name === module || name.startsWith(`${module}/`));
}
