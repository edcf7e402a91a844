/** Which reader a manifest needs; go.mod is short enough to stand here. Paths, addresses and workspace members are no registry names. */
import type { ChangedText } from '../../app/core/guardrail.ts';
import { npmManifest } from './manifest-npm.ts';
import { pipfile, pyproject, requirements, setupCfg } from './manifest-python.ts';
import type { Reference } from './reference.ts';

export type Text = Pick<ChangedText, 'path' | 'text'>;

export function manifestReferences(file: Text): Reference[] {
  const name = file.path.split('/').at(-1)!.toLowerCase();
  switch (name) {
    case 'package.json': return npmManifest(file);
    case 'pyproject.toml': return pyproject(file);
    case 'pipfile': return pipfile(file);
    case 'setup.cfg': return setupCfg(file);
    case 'go.mod': return goMod(file);
    default: return isRequirements(file.path) ? requirements(file) : [];
  }
}

export function isRequirements(path: string): boolean {
  return /(^|\/)([^/]*(requirements|constraints)[^/]*|requirements\/[^/]+)\.(txt|in)$/i.test(path);
}

/** `require` lines, and what a `replace` puts in another's place; a module replaced by a folder is never fetched. */
function goMod(file: Text): Reference[] {
  const lines = file.text.split('\n').map((line) => line.replace(/\/\/.*$/, ''));
  const local = new Set(lines.flatMap((line) => /^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+\.{0,2}\//.exec(line)?.[1] ?? []));
  return lines.flatMap((line, index) => {
    const required = /^\s*(?:require\s+|tool\s+)?(\S+\.\S+\/\S+)\s+v\d\S*\s*$/.exec(line)?.[1];
    const name = /=>\s+(\S+\.\S+\/\S+)\s+v\d/.exec(line)?.[1] ?? (required && !local.has(required) ? required : undefined);
    return name ? [{ ecosystem: 'go' as const, name, path: file.path, line: index + 1, where: 'manifest' as const }] : [];
  });
}
