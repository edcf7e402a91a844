/** TypeDoc as a repository configures it, without writing pages: public names without documentation, links that lead nowhere, and a build that ends in errors. */
import type { ToolFinding } from '../../core/tool-answer.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import type { OwnEngine } from './own-engine.ts';

const configuration = /(^|\/)typedoc\.(jsonc?|config\.([cm]?js|ts|json)|[cm]?js)$/;
const documented = /\.([cm]?ts|tsx|[cm]?js|jsx)$/;

export const typedoc: OwnEngine = {
  name: 'typedoc', package: 'typedoc', program: 'typedoc',
  isConfiguration: (path, base) => configuration.test(path) || /(^|\/)tsconfig[^/]*\.json$/.test(path) && /"typedocOptions"/.test(textOf(base[path]) ?? '') || path === 'package.json' && /"typedocOptions"\s*:/.test(textOf(base[path]) ?? ''),
  judges: (path) => documented.test(path) || /\.mdx?$/i.test(path),
  line: (program) => `${program} --emit none --logLevel Verbose --validation.notDocumented --validation.invalidLink 2>&1`,
  read: ({ stdout, exit }, tree) => {
    const lines = stdout.replaceAll(/\u{1b}\[[\d;]{0,20}m/gu, '').split('\n');
    const found = lines.flatMap((line) => findingOf(line, tree));
    const errors = found.filter(({ rule }) => rule === 'build').length;
    // With nothing to tell it says at least how long it took: silence is no answer.
    const ended = lines.some((line) => /^\[debug\] Full run took |Found \d+ errors? and \d+ warnings?/.test(line));
    if (!ended || (exit === 0) === errors > 0) throw new Error(`${errors} errors`);
    return found;
  },
};

function findingOf(line: string, tree: Tree): ToolFinding[] {
  const bare = /^\[warning\] (.{1,300}?) \(\w+\), defined in (.{1,300}?), does not have any documentation/.exec(line);
  if (bare) return [undocumented(bare[1]!, pathIn(tree, bare[2]!), tree)];
  const link = /^\[warning\] Failed to resolve link to "(.{1,200}?)" in comment for (.{1,200})/.exec(line);
  if (link) return [linkFinding(link[1]!, link[2]!, tree)];
  const located = /^(?:\.\/)?(.{1,300}?):(\d{1,7}):\d{1,7} - \[?error\]?\s*(.*)$/.exec(line);
  if (located) return [{ rule: 'build', path: located[1]!, startLine: Number(located[2]), endLine: Number(located[2]), message: located[3]!.slice(0, 300), level: 'error' }];
  const error = /^\[error\] (?!Found \d)(.*)$/.exec(line);
  return error ? [{ rule: 'build', path: '.', startLine: 0, endLine: 0, message: error[1]!.slice(0, 300), level: 'error' }] : [];
}

function undocumented(name: string, path: string, tree: Tree): ToolFinding {
  const own = name.split('.').at(-1)!.replace(/[^\w$]/g, '');
  const declared = new RegExp(`\\b(function\\*?|class|const|let|var|interface|type|enum|namespace|get|set)\\s+${own.replaceAll('$', '\\$')}\\b|^\\s*((public|protected|static|readonly|async|abstract|declare|override)\\s+)*${own.replaceAll('$', '\\$')}\\s*[(:=?!;<]|\\{.*\\b${own.replaceAll('$', '\\$')}\\b`);
  const line = (textOf(tree[path]) ?? '').split('\n').findIndex((each) => declared.test(each.slice(0, 1000))) + 1;
  return { rule: 'undocumented', path, startLine: line, endLine: line, message: name, level: 'warning' };
}

/** A link says in whose comment it stands, not where: the first comment with those words. */
function linkFinding(target: string, owner: string, tree: Tree): ToolFinding {
  for (const [path, file] of Object.entries(tree)) {
    const lines = documented.test(path) ? (textOf(file) ?? '').split('\n') : [];
    const line = lines.findIndex((each) => /@(link|inheritDoc|see)/.test(each) && each.includes(target)) + 1;
    if (line > 0) return { rule: 'link', path, startLine: line, endLine: line, message: target, level: 'error' };
  }
  return { rule: 'link', path: '.', startLine: 0, endLine: 0, message: `${target} (in the comment of ${owner})`.slice(0, 300), level: 'error' };
}

/** It puts the name of the package before the path. */
function pathIn(tree: Tree, said: string): string {
  for (let rest = said; rest !== ''; rest = rest.includes('/') ? rest.slice(rest.indexOf('/') + 1) : '') if (rest in tree) return rest;
  return said;
}
