/** Packages that source code imports, without what needs no registry: the runtime's own modules, local files, workspace members, path aliases. */
import { builtinModules } from 'node:module';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { languageOf } from '../../app/core/language.ts';
import names from '../../rulepacks/packages/names.json' with { type: 'json' };
import { type Reference, isName } from './reference.ts';

const standard = new Set(names.pythonStandard);
const distribution: Record<string, string> = names.importToDistribution;
const builtins = new Set([...builtinModules, 'bun', 'deno', 'electron', 'vscode', 'k6', 'server-only', 'client-only']);

/** What this repository itself provides. */
export interface Locals {
  npm: ReadonlySet<string>;
  aliases: readonly string[];
  python: ReadonlySet<string>;
  goModules: readonly string[];
}

export function localsOf(facts: Pick<GuardFacts, 'paths' | 'read'>): Locals {
  const texts = (pattern: RegExp) => facts.paths.filter((path) => pattern.test(path)).slice(0, 500).map((path) => facts.read(path) ?? '');
  const manifests = texts(/(^|\/)package\.json$/);
  const aliases = [...texts(/(^|\/)([tj]sconfig[^/]*|deno)\.jsonc?$/).flatMap((text) => keysOf(text, 'paths').concat(keysOf(text, 'imports'))), ...manifests.flatMap((text) => keysOf(text, 'imports'))];
  const python = facts.paths.filter((path) => /\.pyi?$/.test(path)).flatMap((path) => path.replace(/\.pyi?$/, '').split('/'));
  return {
    npm: new Set(manifests.flatMap((text) => /"name"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? [])), aliases: aliases.map((alias) => alias.replace(/\*.*$/, '')).filter(Boolean),
    python: new Set(python), goModules: texts(/(^|\/)go\.mod$/).flatMap((text) => /^module\s+(\S+)/m.exec(text)?.[1] ?? []),
  };
}

/** Keys of the object that follows `"name":` in JSON that may carry comments. */
function keysOf(text: string, name: string): string[] {
  const body = new RegExp(`"${name}"\\s*:\\s*\\{([\\s\\S]*?)\\}`).exec(text)?.[1] ?? '';
  return [...body.matchAll(/"([^"]+)"\s*:/g)].map((match) => match[1]!);
}

export function importReferences(file: Pick<ChangedText, 'path' | 'text'>, locals: Locals): Reference[] {
  switch (languageOf(file.path)) {
    case 'javascript': case 'typescript': return scriptImports(file, locals);
    case 'python': return pythonImports(file, locals);
    case 'go': return goImports(file, locals);
    default: return [];
  }
}

const specifiers = /(?:^|[\s;}])(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?\s*["']([^"'\n]+)["']|\b(?:require(?:\.resolve)?|import)\(\s*["']([^"'\n]+)["']\s*\)/g;

function scriptImports({ path, text }: Pick<ChangedText, 'path' | 'text'>, locals: Locals): Reference[] {
  return [...withoutComments(text).matchAll(specifiers)].flatMap((match) => {
    const specifier = (match[1] ?? match[2]!).replace(/^npm:/, '').replace(/(?<=.)@[\d^~].*$/, '');
    const parts = specifier.split('/');
    const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
    const foreign = /^[./#~]|^@\/|:/.test(specifier) || builtins.has(name) || locals.npm.has(name) || locals.aliases.some((alias) => specifier === alias || specifier.startsWith(alias));
    return foreign || !isName('npm', name) ? [] : [{ ecosystem: 'npm' as const, name, path, line: lineAt(text, match), where: 'import' as const }];
  });
}

function pythonImports({ path, text }: Pick<ChangedText, 'path' | 'text'>, locals: Locals): Reference[] {
  const code = text.replace(/("""|''')[\s\S]*?\1/g, (block) => block.replace(/[^\n]/g, ' '));
  return [...code.matchAll(/^[ \t]*(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import\b|import[ \t]+([A-Za-z_][\w. \t,]*))/gm)].flatMap((match) => {
    const modules = match[1] ? [match[1]] : match[2]!.split(',').map((part) => part.trim().split(/\s/)[0]!);
    return modules.filter(Boolean).flatMap((full): Reference[] => {
      const top = full.split('.')[0]!;
      if (standard.has(top) || locals.python.has(top) || top.startsWith('_')) return [];
      const name = distribution[full] ?? distribution[full.split('.').slice(0, 2).join('.')] ?? distribution[top] ?? top;
      return name === '' ? [] : [{ ecosystem: 'pypi', name, path, line: lineAt(text, match), where: 'import' }];
    });
  });
}

function goImports({ path, text }: Pick<ChangedText, 'path' | 'text'>, locals: Locals): Reference[] {
  const blocks = [...text.matchAll(/^import\s*\(([\s\S]*?)^\)|^import\s+(?:[\w.]+\s+)?("[^"\n]+")/gm)];
  return blocks.flatMap((block) => [...(block[1] ?? block[2]!).matchAll(/"([^"\n]+)"/g)].flatMap((match) => {
    const name = match[1]!;
    const own = locals.goModules.some((module) => name === module || name.startsWith(`${module}/`));
    const at = block.index + block[0].indexOf(block[1] ?? block[2]!) + match.index;
    return own || !isName('go', name) ? [] : [{ ecosystem: 'go' as const, name, path, line: text.slice(0, at).split('\n').length, where: 'import' as const }];
  }));
}

/** Comments blanked, strings kept, lines kept. */
function withoutComments(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?\*\/|(?<!:)\/\/[^\n]*/g, (part) => (part.startsWith('/') ? part.replace(/[^\n]/g, ' ') : part));
}

function lineAt(text: string, match: RegExpMatchArray): number {
  return text.slice(0, match.index! + match[0].search(/\S/)).split('\n').length;
}
