/** Imports of what is not there: a name that a module of the repository does not export, a file that does not exist, a name that a builtin of Node does not have. */
import ignore from 'ignore';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { ofKinds, parseFile } from '../../app/core/syntax.ts';
import table from '../../rulepacks/contracts/node.json' with { type: 'json' };
import { exportsOf, type Modules } from './exports.ts';
import { type Imported, importsIn } from './imports.ts';
import { resolvePath, targetOf } from './resolve.ts';
import { isOwnCode } from './scope.ts';

const builtins: Readonly<Record<string, readonly string[]>> = table.modules;

export function phantomFindings(facts: GuardFacts): RawFinding[] {
  const modules: Modules = { read: facts.read, known: new Set(facts.paths), seen: new Map() };
  const ignored = ignore().add(facts.readBase('.gitignore') ?? '');
  return facts.changed.filter(({ path }) => isOwnCode(path)).flatMap((file) => {
    const all = importsIn(file.path, file.text);
    const fresh = all.filter(({ line }) => file.changedLines.has(line));
    return [
      ...fresh.filter(({ module }) => module.startsWith('.')).flatMap((each) => ownModule(file, each, { facts, modules, ignored })),
      ...fresh.flatMap((each) => builtinName(file, each, facts)),
      ...memberFindings(file, all, facts),
    ];
  });
}

type Where = { facts: GuardFacts; modules: Modules; ignored: { ignores(path: string): boolean } };

function ownModule(file: ChangedText, each: Imported, { facts, modules, ignored }: Where): RawFinding[] {
  const target = resolvePath(file.path, each.module, modules.known);
  const at = { path: file.path, startLine: each.line, endLine: each.line };
  if (target === null) {
    const missing = targetOf(file.path, each.module);
    if (each.name !== null || /^\.{1,2}($|\/)/.test(missing) || isMade(missing, { facts, ignored })) return [];
    return [{ code: 'MODULE_MISSING', ...at, values: { module: missing } }];
  }
  if (each.name === null || !/\.([cm]?[jt]s|[jt]sx)$/.test(target) || target.endsWith('.d.ts')) return [];
  const { names, open } = exportsOf(target, modules);
  return open || names.has(each.name) ? [] : [{ code: 'EXPORT_MISSING', ...at, values: { module: target, name: each.name } }];
}

/** Something that a build makes: ignored by git, called generated, or in a folder of which nothing is tracked. */
function isMade(missing: string, { facts, ignored }: Pick<Where, 'facts' | 'ignored'>): boolean {
  const folder = missing.split('/').slice(0, -1).join('/');
  const tracked = folder === '' || facts.paths.some((path) => path.startsWith(`${folder}/`));
  return !tracked || /generated|\.gen\b|codegen|(^|\/)(dist|build|out|lib|pkg|wasm|\.\w+)(\/|$)|\.(css|scss|svg|png|wasm|graphql|txt|md|html)$/i.test(missing) || ignored.ignores(missing) || ignored.ignores(`${missing}.js`) || ignored.ignores(`${missing}.ts`);
}

function builtinName(file: ChangedText, each: Imported, facts: GuardFacts): RawFinding[] {
  const module = builtinOf(each.module, facts);
  const missingModule = each.module.startsWith('node:') && module === null && each.name === null;
  const at = { path: file.path, startLine: each.line, endLine: each.line };
  if (missingModule) return [{ code: 'BUILTIN_MISSING', ...at, ...grade(facts), values: { name: 'module', module: each.module, node: table.node } }];
  // In TypeScript a capital may be a type that leaves with the types.
  const mayBeType = /\.[cm]?tsx?$/.test(file.path) && /^[A-Z]/.test(each.name ?? '');
  if (module === null || each.name === null || each.name === 'default' || mayBeType || builtins[module]!.includes(each.name)) return [];
  return [{ code: 'BUILTIN_MISSING', ...at, ...grade(facts), values: { name: each.name, module: `node:${module}`, node: table.node } }];
}

/** A module name without `node:` counts where no dependency has that name. */
function builtinOf(module: string, facts: GuardFacts): string | null {
  const bare = module.replace(/^node:/, '');
  if (!Object.hasOwn(builtins, bare)) return null;
  const mine = module.startsWith('node:') || !facts.paths.some((path) => /(^|\/)package\.json$/.test(path) && (facts.read(path) ?? '').includes(`"${bare}"`));
  return mine ? bare : null;
}

/** `fs.readFileAsync(…)` for `import fs from 'node:fs'`, where nothing else in the file is called fs. */
function memberFindings(file: ChangedText, all: readonly Imported[], facts: GuardFacts): RawFinding[] {
  const bound = all.flatMap(({ module, name, local }) => {
    const builtin = (name === null || name === 'default') && local !== null ? builtinOf(module, facts) : null;
    return builtin === null ? [] : [{ local: local!, builtin }];
  });
  const root = bound.length > 0 ? parseFile(file.path, file.text)?.root : undefined;
  if (!root) return [];
  const declared = ofKinds(root, ['variable_declarator', 'formal_parameters', 'catch_clause', 'arrow_function', 'for_in_statement', 'assignment_expression'])
    .map((node) => (node.field('name') ?? node.field('parameter') ?? node.field('left') ?? (node.kind() === 'formal_parameters' ? node : null))?.text() ?? '').join(' ');
  return ofKinds(root, ['call_expression']).flatMap((call): RawFinding[] => {
    const callee = call.field('function');
    const [object, member] = [callee?.field('object')?.text(), callee?.field('property')?.text()];
    const found = bound.find(({ local }) => local === object);
    const line = call.range().start.line + 1;
    if (!found || !member || callee?.kind() !== 'member_expression' || !file.changedLines.has(line) || builtins[found.builtin]!.includes(member) || member in Object.prototype) return [];
    if (new RegExp(`(^|[^\\w$.])${object!.replaceAll('$', '\\$')}([^\\w$]|$)`).test(declared)) return [];
    if (['call', 'apply', 'bind', 'on', 'once', 'emit', 'off', 'addListener', 'removeListener'].includes(member)) return [];
    return [{ code: 'BUILTIN_MISSING', path: file.path, startLine: line, endLine: line, ...grade(facts), values: { name: member, module: `node:${found.builtin}`, node: table.node } }];
  });
}

/** A repository that asks for a later Node than our table may know better. */
function grade(facts: GuardFacts): { severity?: 'info' } {
  const engines = /"node"\s*:\s*"[^"\d]*(\d+)/.exec(facts.readBase('package.json') ?? '')?.[1];
  return Number(engines ?? 0) > Number(table.node.split('.')[0]) ? { severity: 'info' } : {};
}
