/** Packages that source code imports, read from its syntax tree, without what needs no registry: the runtime's own modules and what the repository provides. */
import { builtinModules } from 'node:module';
import type { ChangedText, Ecosystem } from '../../app/core/guardrail.ts';
import names from '../../rulepacks/packages/names.json' with { type: 'json' };
import { type Node, type Parsed, ofKinds, parseFile } from '../../app/core/syntax.ts';
import { type Locals, providesGo } from './locals.ts';
import { providesScript } from './locals-npm.ts';
import { providesPython } from './locals-python.ts';
import { type Reference, isName } from './reference.ts';

const standard = new Set(names.pythonStandard);
// A map: an import named "constructor" is no key of it.
const distribution: ReadonlyMap<string, string> = new Map(Object.entries(names.importToDistribution));
/** What a runtime brings beside Node's own modules. */
const builtins = new Set([...builtinModules, 'bun', 'deno', 'vscode', 'k6', 'server-only', 'client-only']);

interface Import { ecosystem: Ecosystem; name: string; node: Node }

export function importReferences(file: Pick<ChangedText, 'path' | 'text'>, locals: Locals): Reference[] {
  const parsed = parseFile(file.path, file.text);
  if (!parsed) return [];
  return readers[parsed.dialect](parsed, locals).filter(({ ecosystem, name }) => isName(ecosystem, name))
    .map(({ ecosystem, name, node }) => ({ ecosystem, name, path: file.path, line: node.range().start.line + 1, where: 'import' as const }));
}

const readers = { script: scriptImports, python: pythonImports, go: goImports };

function scriptImports({ path, root }: Parsed, locals: Locals): Import[] {
  return ofKinds(root, ['string', 'template_string']).filter(isSpecifier).flatMap((node) => {
    const specifier = node.text().slice(1, -1).replace(/^npm:/, '').replace(/\?.*$/, '');
    const parts = specifier.split('/');
    const name = (specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!).replace(/(?<=.)@.*$/, '');
    if (/^[./#~]|^@\/|:/.test(specifier) || builtins.has(name)) return [];
    return providesScript(locals.npm, { path, specifier, name, typeOnly: /^import\s+type\b/.test(node.parent()?.text() ?? '') }) ? [] : [{ ecosystem: 'npm' as const, name, node }];
  });
}

/** A string right under an import or export statement, or the only argument of `require` and `import()`. */
function isSpecifier(node: Node): boolean {
  const parent = node.parent();
  const kind = String(parent?.kind());
  if (['import_statement', 'export_statement', 'import_require_clause'].includes(kind)) return true;
  if (kind !== 'arguments') return false;
  const callee = parent?.parent()?.field('function')?.text() ?? '';
  return /^(require|require\.resolve|import|import\.meta\.resolve)$/.test(callee) && parent?.children().find((child) => child.isNamed())?.id() === node.id();
}

function pythonImports({ root }: Parsed, locals: Locals): Import[] {
  const modules = ofKinds(root, ['import_statement', 'import_from_statement']).flatMap((node) => {
    if (String(node.kind()) === 'import_from_statement') return [node.field('module_name')].filter((each) => each !== null);
    return node.children().map((child) => (String(child.kind()) === 'aliased_import' ? child.field('name') ?? child : child));
  }).filter((node) => String(node.kind()) === 'dotted_name');
  return modules.flatMap((node) => {
    const parts = node.text().split('.');
    const top = parts[0]!;
    if (standard.has(top) || top.startsWith('_') || providesPython(locals.python, top)) return [];
    const name = parts.map((_, index) => distribution.get(parts.slice(0, parts.length - index).join('.'))).find((each) => each !== undefined) ?? top;
    // A mapped import without a distribution comes with a program (Blender, Maya), not from an index.
    return name === '' ? [] : [{ ecosystem: 'pypi' as const, name, node }];
  });
}

function goImports({ root }: Parsed, locals: Locals): Import[] {
  return ofKinds(root, ['import_spec']).flatMap((spec) => {
    const node = spec.field('path');
    const name = node?.text().slice(1, -1) ?? '';
    return node === null || providesGo(locals.go, name) ? [] : [{ ecosystem: 'go' as const, name, node }];
  });
}
