/** `from .module import name` where the module of the repository has no such word at all. Stars, `__getattr__` and submodules leave it open. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';

export function pythonFindings(facts: GuardFacts): RawFinding[] {
  const known = new Set(facts.paths);
  return facts.changed.filter(({ path }) => /\.py$/.test(path) && !/(^|\/)(fixtures?|testdata|templates?|site-packages)\//.test(path)).flatMap((file) => file.text.split('\n').flatMap((line, index): RawFinding[] => {
    const match = /^\s*from\s+(\.+)([\w.]*)\s+import\s+([\w, ]+)$/.exec(line.replace(/\s*#.*$/, '').replace(/[()]/g, '').slice(0, 500));
    if (!match || !file.changedLines.has(index + 1)) return [];
    return missingNames(file, { dots: match[1]!, module: match[2]!, names: match[3]! }, { facts, known }).map((finding) => ({ ...finding, startLine: index + 1, endLine: index + 1 }));
  }));
}

function missingNames(file: ChangedText, { dots, module, names }: { dots: string; module: string; names: string }, { facts, known }: { facts: GuardFacts; known: ReadonlySet<string> }): RawFinding[] {
  const parents = file.path.split('/').slice(0, -dots.length);
  const target = [...parents, ...module.split('.')].filter((part) => part !== '').join('/');
  const path = [`${target}.py`, `${target}/__init__.py`].find((each) => known.has(each));
  const text = path === undefined ? null : facts.read(path);
  if (path === undefined || text === null || /import\s+\*|__getattr__|globals\(\)|setattr\(/.test(text)) return [];
  return names.split(',').map((each) => each.trim().split(/\s+/)[0]!).filter((name) => /^\w+$/.test(name)).flatMap((name): RawFinding[] => {
    const submodule = [`${target}/${name}.py`, `${target}/${name}/__init__.py`].some((each) => known.has(each)) || facts.paths.some((each) => each.startsWith(`${target}/${name}`));
    return submodule || new RegExp(`\\b${name}\\b`).test(text) ? [] : [{ code: 'EXPORT_MISSING', path: file.path, startLine: 0, endLine: 0, values: { module: path, name } }];
  });
}
