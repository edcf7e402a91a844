/** Python's manifests: requirements files, pyproject.toml (PEP 621 and 735, Poetry, PDM, uv, Hatch, build requirements), Pipfile, setup.cfg. */
import { parse } from 'smol-toml';
import type { Text } from './manifests.ts';
import { ManifestError, type Reference, isName } from './reference.ts';

type Table = Record<string, unknown>;

/** The distribution of one requirement (PEP 508); undefined for paths, addresses and what is none. */
export function distributionOf(requirement: string): string | undefined {
  if (/^\s*(-|#|\.|\/|[a-z+]+:\/\/)/i.test(requirement) || /@\s*([a-z+]+:|\.{0,2}\/)/i.test(requirement)) return undefined;
  const name = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:[=<>!~;@#(,\\]|$)/.exec(requirement)?.[1];
  return name && isName('pypi', name) ? name : undefined;
}

export function requirements(file: Text): Reference[] {
  return file.text.split('\n').flatMap((line, index) => named(file, distributionOf(line.replace(/^\uFEFF|\r$/g, '')), [index + 1]));
}

export function setupCfg(file: Text): Reference[] {
  let section = '';
  let listing = false;
  return file.text.split('\n').flatMap((line, index) => {
    section = /^\[([^\]]+)\]/.exec(line)?.[1] ?? section;
    const key = /^(\w[\w.-]*)\s*[=:]\s*(.*)$/.exec(line);
    if (key || /^\[/.test(line)) listing = key !== null && (section === 'options.extras_require' || (section === 'options' && /^(install|setup|tests)_requires?$/.test(key[1]!)));
    return listing ? named(file, distributionOf(key ? key[2]! || '#' : line), [index + 1]) : [];
  });
}

export function pipfile(file: Text): Reference[] {
  const root = toml(file.text);
  return [root.packages, root['dev-packages']].flatMap((table) => keyed(file, table));
}

export function pyproject(file: Text): Reference[] {
  const root = toml(file.text);
  const tool = tableOf(root.tool);
  const [project, poetry, uv] = [tableOf(root.project), tableOf(tool.poetry), tableOf(tool.uv)];
  const lists = [
    project.dependencies, ...Object.values(tableOf(project['optional-dependencies'])), ...Object.values(tableOf(root['dependency-groups'])), tableOf(root['build-system']).requires,
    uv['dev-dependencies'], uv['constraint-dependencies'], uv['override-dependencies'], ...Object.values(tableOf(tableOf(tool.pdm)['dev-dependencies'])),
    ...Object.values(tableOf(tableOf(tool.hatch).envs)).flatMap((env) => [tableOf(env).dependencies, tableOf(env)['extra-dependencies']]),
  ];
  const sources = tableOf(uv.sources);
  const groups = [poetry.dependencies, poetry['dev-dependencies'], ...Object.values(tableOf(poetry.group)).map((group) => tableOf(group).dependencies)];
  return [...lists.flatMap((list) => listed(file, { list, sources })), ...groups.flatMap((table) => keyed(file, table))];
}

function toml(text: string): Table {
  try {
    return parse(text.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw new ManifestError(thrown instanceof Error ? thrown.message.split('\n')[0]! : String(thrown));
  }
}

function tableOf(value: unknown): Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Table : {};
}

/** Requirements as strings; those that `[tool.uv.sources]` takes from a folder, an address or a workspace are not asked. */
function listed(file: Text, { list, sources }: { list: unknown; sources: Table }): Reference[] {
  return (Array.isArray(list) ? list : []).flatMap((item) => {
    if (typeof item !== 'string') return [];
    const name = distributionOf(item);
    return name === undefined || isElsewhere(sources[name]) ? [] : named(file, name, linesWith(file.text, item));
  });
}

/** Poetry's and Pipenv's way: the name is the key. */
function keyed(file: Text, table: unknown): Reference[] {
  return Object.entries(tableOf(table)).flatMap(([name, spec]) => (name === 'python' || isElsewhere(spec) ? [] : named(file, name, linesWith(file.text, name))));
}

function isElsewhere(spec: unknown): boolean {
  const keys = Object.keys(tableOf(spec));
  return keys.some((key) => ['path', 'file', 'git', 'hg', 'url', 'workspace'].includes(key));
}

function named(file: Text, name: string | undefined, lines: number[]): Reference[] {
  return name === undefined ? [] : lines.map((line) => ({ ecosystem: 'pypi', name, path: file.path, line, where: 'manifest' }));
}

/** The lines of a requirement or of a key. The parser tells no places; where escapes hide the words it is the whole file, never none. */
function linesWith(text: string, words: string): number[] {
  const lines = text.split('\n');
  const plain = words.replace(/[^\w]/g, '\\$&');
  const numbers = (pattern: RegExp): number[] => lines.flatMap((line, index) => (pattern.test(line) ? [index + 1] : []));
  const exact = numbers(new RegExp(`(["'])${plain}\\1|(^|[\\s.{,\\[])${plain}\\s*[=\\]]`));
  if (exact.length > 0) return exact;
  const near = numbers(new RegExp(plain));
  return near.length > 0 ? near : lines.map((_, index) => index + 1);
}
