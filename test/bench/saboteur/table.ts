/** Results of a bench as a table: recall by class, false blocks with their interval, time. Pure. */
import type { Case } from './corpus.ts';

export interface Result {
  one: Case;
  found: boolean;
  /** One of the findings is of the class that the corpus names. */
  sameClass: boolean;
  disputed: boolean;
  seconds: number;
}

/** 95 % interval of a share, by Wilson. */
export function interval(hits: number, of: number): [number, number] {
  if (of === 0) return [0, 1];
  const [z, share] = [1.96, hits / of];
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function row(name: string, hits: number, of: number): string {
  const [low, high] = interval(hits, of);
  return `    ${name.padEnd(34)} ${String(hits).padStart(4)} of ${String(of).padStart(4)}  ${of === 0 ? '–' : percent(hits / of).padStart(7)}  (${percent(low)} to ${percent(high)})\n`;
}

/** Aims: four of five seeded defects (three of five recorded ones), at most one right variant in a hundred. */
export function table(title: string, results: Result[]): { text: string; ok: boolean } {
  const [defects, right] = [results.filter(({ one }) => one.expected === 'defect'), results.filter(({ one }) => one.expected === 'right')];
  const found = defects.filter((result) => result.found);
  const blocked = right.filter((result) => result.found);
  const groups = (by: (one: Case) => string) => [...new Set(defects.map(({ one }) => by(one)))].sort().map((name) => { const mine = defects.filter(({ one }) => by(one) === name); return row(`  ${name}`, mine.filter((result) => result.found).length, mine.length); }).join('');
  const seconds = results.map((result) => result.seconds).sort((a, b) => a - b);
  const aim = title.startsWith('recorded') ? 0.6 : 0.8;
  const ok = (defects.length === 0 || found.length >= aim * defects.length) && blocked.length <= 0.01 * right.length;
  const lines = [
    `${ok ? 'ok  ' : 'BELOW AIM '} ${title}\n`, ...(defects.length > 0 ? [row('recall', found.length, defects.length), row('  with the class that was seeded', found.filter((result) => result.sameClass).length, defects.length), groups((one) => one.class), groups((one) => one.language)] : []),
    ...(right.length > 0 ? [row('false blocks', blocked.length, right.length), row('  disputed (neutral)', right.filter((result) => result.disputed).length, right.length)] : []),
    `    seconds for one change: median ${(seconds[seconds.length >> 1] ?? 0).toFixed(1)}, longest ${(seconds.at(-1) ?? 0).toFixed(1)}\n`,
  ];
  return { text: lines.join(''), ok };
}
