/** What a Python repository provides itself: its modules, and the imports that a declared distribution brings under another name. */
import { isRequirements, manifestReferences } from './manifests.ts';
import { ManifestError, type Reference } from './reference.ts';
import { type Repository, textsOf } from './repository.ts';

export interface PythonLocals {
  modules: ReadonlySet<string>;
  /** Letters of the declared distributions. */
  declared: readonly string[];
}

export function pythonLocals(repository: Repository): PythonLocals {
  // Every folder above a module counts: which of them is on the path is decided at run time.
  const modules = repository.paths.filter((path) => /\.(pyi?|pyx|so|pyd)$/.test(path)).flatMap((path) => path.replace(/\.[^/]+$/, '').split('/'));
  const manifests = textsOf(repository, /(^|\/)(pyproject\.toml|Pipfile|setup\.cfg)$|\.(txt|in)$/).filter(({ path }) => !/\.(txt|in)$/.test(path) || isRequirements(path));
  return { modules: new Set(modules), declared: [...new Set(manifests.flatMap(lenient).filter(({ ecosystem }) => ecosystem === 'pypi').map(({ name }) => letters(name)))] };
}

function lenient(file: { path: string; text: string }): Reference[] {
  try {
    return manifestReferences(file);
  } catch (thrown) {
    // Where the change brings it, its own reader says so.
    if (thrown instanceof ManifestError) return [];
    throw thrown;
  }
}

function letters(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** `telegram` comes with a declared `python-telegram-bot`, which is asked for where it is declared. Short names prove nothing. */
export function providesPython(locals: PythonLocals, module: string): boolean {
  const own = letters(module);
  return locals.modules.has(module) || (own.length >= 4 && locals.declared.some((each) => each !== own && each.includes(own)));
}

/** Whether a manifest names the distribution itself. */
export function declares(locals: PythonLocals, name: string): boolean {
  return locals.declared.includes(letters(name));
}
