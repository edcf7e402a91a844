/**
 * Whether a repository keeps a rule at all: the same judgement over what the change did not write. A file that broke the rule on base, or a new one among
 * neighbours that break it, is not held against the change: another version of the formatter, or a style that was never enforced.
 */
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { folderOf } from './lines.ts';

const neighbours = 6;
const share = 0.8;

export async function isKept(file: ChangedText, facts: Pick<GuardFacts, 'paths' | 'read' | 'changed'>, keeps: (path: string, text: string) => Promise<boolean | null>): Promise<boolean> {
  if (file.baseText !== null) return await keeps(file.path, file.baseText) === true;
  const touched = new Set(facts.changed.map(({ path }) => path));
  const extension = file.path.split('.').at(-1)!;
  const alike = facts.paths.filter((path) => path !== file.path && path.endsWith(`.${extension}`) && !touched.has(path) && !path.includes('node_modules/'));
  const near = alike.toSorted((a, b) => distance(a, file.path) - distance(b, file.path) || (a < b ? -1 : 1));
  let [kept, judged] = [0, 0];
  for (const path of near) {
    const verdict = await keeps(path, facts.read(path) ?? '');
    if (verdict !== null) judged += 1;
    if (verdict) kept += 1;
    if (judged >= neighbours) break;
  }
  return judged > 1 && kept / judged >= share;
}

function distance(a: string, b: string): number {
  const [one, two] = [folderOf(a).split('/'), folderOf(b).split('/')];
  let common = 0;
  while (common < one.length && common < two.length && one[common] === two[common]) common += 1;
  return one.length + two.length - 2 * common;
}
