/** What the change takes away although files that it does not touch import it: a removed or renamed export, a removed file. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { exportsOf } from './exports.ts';
import { importsIn } from './imports.ts';
import { resolvePath } from './resolve.ts';
import { isOwnCode } from './scope.ts';

const code = /\.([cm]?[jt]s|[jt]sx)$/;

export function takenFindings(facts: GuardFacts): RawFinding[] {
  const known = new Set(facts.paths);
  const gone = lostNames(facts, known);
  if (gone.size === 0) return [];
  const touched = new Set(facts.changed.map(({ path }) => path));
  const knownBefore = new Set([...known, ...facts.removed.map(({ path }) => path)]);
  const stems = [...gone.keys()].map((path) => path.split('/').at(-1)!.replace(/\.\w+$/, '')).map((stem) => (stem === 'index' ? '' : stem));
  return facts.paths.filter((path) => code.test(path) && !touched.has(path) && isOwnCode(path)).flatMap((path) => {
    const text = facts.read(path) ?? '';
    if (!stems.some((stem) => text.includes(stem))) return [];
    return importsIn(path, text).flatMap(({ module, name, line }): RawFinding[] => {
      const target = module.startsWith('.') ? resolvePath(path, module, knownBefore) : null;
      const lost = target === null ? undefined : gone.get(target);
      if (lost === undefined || name === null || (lost !== 'file' && !lost.has(name)) || (lost === 'file' && resolvePath(path, module, known) !== null)) return [];
      return [{ code: 'EXPORT_TAKEN_AWAY', path, startLine: line, endLine: line, values: { module: target!, name } }];
    });
  });
}

/** By path: the names that base exported and head does not, or `file` where the file went. */
function lostNames(facts: GuardFacts, known: ReadonlySet<string>): Map<string, Set<string> | 'file'> {
  const lost = new Map<string, Set<string> | 'file'>(facts.removed.filter(({ path }) => code.test(path)).map(({ path }) => [path, 'file']));
  const then = { read: facts.readBase, known, seen: new Map() };
  const now = { read: facts.read, known, seen: new Map() };
  for (const { path, baseText } of facts.changed) {
    if (baseText === null || !code.test(path)) continue;
    const [before, after] = [exportsOf(path, then), exportsOf(path, now)];
    const names = before.open || after.open ? [] : [...before.names].filter((name) => !after.names.has(name));
    if (names.length > 0) lost.set(path, new Set(names));
  }
  return lost;
}
