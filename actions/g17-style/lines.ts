/** Where a text differs from what a formatter would write, as lines of the text. */
import { diffLines } from 'diff';
import type { ChangedText } from '../../app/core/guardrail.ts';

const maxDiffMs = 1000;

/** 1-based lines that would be altered; where lines are only missing, the line before them. */
export function differing(text: string, formatted: string): number[] {
  const found = new Set<number>();
  let at = 1;
  for (const part of diffLines(text, formatted, { timeout: maxDiffMs }) ?? []) {
    const count = part.count ?? 0;
    if (part.removed) for (let i = 0; i < count; i += 1) found.add(at + i);
    else if (part.added) found.add(Math.max(1, at - 1));
    if (!part.added) at += count;
  }
  return [...found].sort((a, b) => a - b);
}

/** Those of the lines that the change wrote. */
export function changedOf(file: ChangedText, lines: readonly number[]): number[] {
  return lines.filter((line) => file.changedLines.has(line));
}

export function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

/** The folder and those above it, the nearest first; '' is the root. */
export function upwards(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/')).concat('');
}

export function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
