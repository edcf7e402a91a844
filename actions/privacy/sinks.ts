/** Packages that send records, errors or behaviour to somebody else, as a manifest declares them. Development dependencies do not ship. */
import { parse } from 'smol-toml';
import { z } from 'zod';
import data from '../../rulepacks/privacy/data.json' with { type: 'json' };

const names = z.record(z.string(), z.unknown()).catch({});
const Npm = z.object({ dependencies: names, optionalDependencies: names });
const Requirements = z.array(z.string()).catch([]);
const Python = z.object({
  project: z.object({ dependencies: Requirements, 'optional-dependencies': z.record(z.string(), Requirements).catch({}) }).catch({ dependencies: [], 'optional-dependencies': {} }),
  tool: z.object({ poetry: z.object({ dependencies: names }) }).catch({ poetry: { dependencies: {} } }),
});

/** Empty where the file is no manifest, or one that cannot be read: then its own package manager refuses it. */
export function sinksIn(path: string, text: string): string[] {
  const file = path.split('/').at(-1)!;
  if (file === 'package.json') return known(npm(text), data.sinks.npm);
  if (file === 'pyproject.toml') return known(pyproject(text).map(distribution), data.sinks.pypi);
  if (/^requirements[\w.-]{0,60}\.(txt|in)$/.test(file) && !/dev|test/.test(file)) return known(text.split('\n').map(distribution), data.sinks.pypi);
  if (file === 'go.mod') return data.sinks.go.filter((name) => text.split('\n').some((row) => new RegExp(`^(require)?\\s{0,20}${name.replaceAll('.', '\\.')}[\\s/]`).test(row.slice(0, 500))));
  return [];
}

function known(declared: readonly string[], list: readonly string[]): string[] {
  return list.filter((name) => declared.includes(name));
}

function npm(text: string): string[] {
  const read = Npm.safeParse(orNull(() => JSON.parse(text)));
  return read.success ? Object.keys({ ...read.data.dependencies, ...read.data.optionalDependencies }) : [];
}

function pyproject(text: string): string[] {
  const read = Python.safeParse(orNull(() => parse(text)));
  if (!read.success) return [];
  const { project, tool } = read.data;
  return [...project.dependencies, ...Object.values(project['optional-dependencies']).flat(), ...Object.keys(tool.poetry.dependencies)];
}

function orNull(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return null; // no manifest that its package manager would read
  }
}

/** `Sentry_SDK[flask]>=2 ; …` is sentry-sdk. */
function distribution(requirement: string): string {
  return (/^\s{0,20}([A-Za-z0-9][\w.-]{0,100})/.exec(requirement)?.[1] ?? '').toLowerCase().replace(/[_.-]+/g, '-');
}
