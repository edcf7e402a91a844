/** The structured logger that the project depends on, by the manifests above the file on base. */
import type { GuardFacts } from '../../app/core/guardrail.ts';
import names from '../../rulepacks/logging/names.json' with { type: 'json' };

const manifests = { package: 'package.json', python: ['pyproject.toml', 'requirements.txt', 'setup.cfg', 'Pipfile'] } as const;

/** Null: the project has none, or none that this list knows. */
export function loggerOf(path: string, facts: Pick<GuardFacts, 'readBase' | 'read'>): string | null {
  const text = (file: string): string => facts.readBase(file) ?? facts.read(file) ?? '';
  for (const folder of foldersAbove(path)) {
    const npm = names.loggers.npm.find((name) => text(`${folder}${manifests.package}`).includes(`"${name}"`));
    const pypi = names.loggers.pypi.find((name) => manifests.python.some((file) => new RegExp(`(^|["'\\s])${name}\\b`, 'm').test(text(`${folder}${file}`))));
    const found = path.endsWith('.py') ? pypi : npm;
    if (found) return found;
  }
  return null;
}

function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return Array.from({ length: parts.length + 1 }, (_, index) => parts.slice(0, parts.length - index).map((part) => `${part}/`).join(''));
}
