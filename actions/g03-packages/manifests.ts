/** Packages that manifests declare: package.json, requirements files, pyproject.toml, Pipfile, setup.cfg, go.mod. Paths, addresses and workspace members are no registry names. */
import type { ChangedText } from '../../app/core/guardrail.ts';
import { type Reference, isName } from './reference.ts';

type Text = Pick<ChangedText, 'path' | 'text'>;

export class ManifestError extends Error {}

export function manifestReferences(file: Text): Reference[] {
  const name = file.path.split('/').at(-1)!.toLowerCase();
  if (name === 'package.json') return npm(file);
  if (/requirements[^/]*\.(txt|in)$/.test(name) || /requirements\/[^/]+\.(txt|in)$/i.test(file.path)) return requirements(file);
  if (name === 'pyproject.toml') return pyproject(file);
  if (name === 'pipfile') return tables(file, /^\[(dev-)?packages\]/);
  return name === 'go.mod' ? goMod(file) : [];
}

const groups = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;
const local = /^(workspace:|file:|link:|portal:|git\+|git:|github:|https?:|[\w-]+\/[\w.-]+(#|$)|\.{0,2}\/)/;

function npm(file: Text): Reference[] {
  let manifest: Partial<Record<string, unknown>>;
  try {
    manifest = JSON.parse(file.text) as Partial<Record<string, unknown>>;
  } catch (thrown) {
    throw new ManifestError(thrown instanceof Error ? thrown.message : String(thrown));
  }
  return groups.flatMap((group) => Object.entries((manifest[group] ?? {}) as Record<string, unknown>).flatMap(([key, spec]) => {
    const range = String(spec);
    const name = /^npm:(@?[^@]+)/.exec(range)?.[1] ?? key;
    return local.test(range) ? [] : [reference('npm', { name, path: file.path, line: lineOf(file.text, `"${key}"`) })];
  }));
}

const requirement = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:[=<>!~;@#(,]|$)/;

function requirements(file: Text): Reference[] {
  return file.text.split('\n').flatMap((line, index) => {
    const name = /^\s*(-|#|\.|\/|https?:|git\+)/.test(line) || / @ (file|https?|git)/.test(line) ? undefined : requirement.exec(line)?.[1];
    return name && isName('pypi', name) ? [reference('pypi', { name, path: file.path, line: index + 1 })] : [];
  });
}

/** `dependencies = [ "a>=1" ]` of PEP 621 and 735, and Poetry's tables. */
function pyproject(file: Text): Reference[] {
  const found: Reference[] = [];
  let table = '';
  let inList = false;
  for (const [index, line] of file.text.split('\n').entries()) {
    const header = /^\s*\[+([^\]]+)\]+/.exec(line);
    if (header && !inList) table = header[1]!.replace(/["\s]/g, '');
    const listed = /^(project|project\.optional-dependencies|dependency-groups|build-system|tool\.uv|tool\.pdm\.dev-dependencies)$/.test(table);
    const opens = listed && (table === 'project' ? /^\s*dependencies\s*=\s*\[/ : /^\s*"?[\w.-]+"?\s*=\s*\[/).test(line) && (table !== 'build-system' || /^\s*requires\s*=/.test(line)) && (table !== 'tool.uv' || /dependencies/.test(line));
    if (opens) inList = true;
    if (inList) found.push(...quotedNames(opens ? line.slice(line.indexOf('[') + 1) : line).map((name) => reference('pypi', { name, path: file.path, line: index + 1 })));
    if (inList && /\]\s*(#.*)?$/.test(line.replace(/\[[^\]"']*\]/g, ''))) inList = false;
  }
  return [...found, ...tables(file, /^\[tool\.poetry(\.group\.[\w-]+)?\.(dev-)?dependencies\]/)];
}

function quotedNames(text: string): string[] {
  return [...text.matchAll(/(["'])(.*?)\1/g)].flatMap((match) => {
    const name = /@\s*(file|https?|git)/.test(match[2]!) ? undefined : requirement.exec(match[2]!)?.[1];
    return name && isName('pypi', name) ? [name] : [];
  });
}

function tables(file: Text, header: RegExp): Reference[] {
  let inside = false;
  return file.text.split('\n').flatMap((line, index) => {
    if (/^\s*\[/.test(line)) inside = header.test(line.trim());
    const match = inside ? /^\s*"?([A-Za-z0-9][\w.-]*)"?\s*=\s*(.*)$/.exec(line) : null;
    return match && match[1] !== 'python' && !/\b(path|git|url)\s*=/.test(match[2]!) ? [reference('pypi', { name: match[1]!, path: file.path, line: index + 1 })] : [];
  });
}

function goMod(file: Text): Reference[] {
  const replaced = new Set([...file.text.matchAll(/^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+\.{1,2}\//gm)].map((match) => match[1]));
  return file.text.split('\n').flatMap((line, index) => {
    const match = /^\s*(?:require\s+)?(\S+\.\S+\/\S+)\s+v\d\S*/.exec(line);
    return match && !replaced.has(match[1]) && !line.includes('=>') ? [reference('go', { name: match[1]!, path: file.path, line: index + 1 })] : [];
  });
}

function reference(ecosystem: Reference['ecosystem'], at: { name: string; path: string; line: number }): Reference {
  return { ecosystem, ...at, where: 'manifest' };
}

function lineOf(text: string, what: string): number {
  const at = text.indexOf(what);
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}
