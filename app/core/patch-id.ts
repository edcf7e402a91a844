/**
 * What one commit does, whatever it stands on: its files with the lines that it takes and gives and those around them, without line numbers. Two commits with the
 * same id do the same. White space counts, as it does in code. Pure.
 */
import { structuredPatch } from 'diff';
import { digestOf } from './digest.ts';
import type { Tree, TreeFile } from './tree.ts';

export interface PatchOf {
  id: string;
  /** The files that it touches, sorted. */
  paths: string[];
}

/** From the tree of its one parent to its own. */
export function patchOf(before: Tree, after: Tree): PatchOf {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((path) => !isSame(before[path], after[path])).sort();
  return { id: digestOf(paths.map((path) => [path, modeOf(before[path]), modeOf(after[path]), linesOf(before[path], after[path])])), paths };
}

function isSame(one: TreeFile | undefined, other: TreeFile | undefined): boolean {
  return one?.mode === other?.mode && one?.encoding === other?.encoding && one?.content === other?.content;
}

function modeOf(file: TreeFile | undefined): string | null {
  return file?.mode ?? null;
}

/** Of what is not text, both sides whole. */
function linesOf(before: TreeFile | undefined, after: TreeFile | undefined): unknown {
  if (before?.encoding === 'base64' || after?.encoding === 'base64') return [before?.content ?? null, after?.content ?? null];
  return structuredPatch('', '', before?.content ?? '', after?.content ?? '', '', '', { context: 3 }).hunks.map(({ lines }) => lines);
}
