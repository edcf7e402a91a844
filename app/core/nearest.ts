/** The known word that a mistyped one most likely meant, for messages that end in "the nearest is …". */

/** Null where none is near: more than half of the letters would have to change. */
export function nearest(word: string, known: readonly string[]): string | null {
  const ranked = known.map((each) => ({ each, distance: editDistance(word.toLowerCase(), each.toLowerCase()) })).sort((one, other) => one.distance - other.distance);
  const best = ranked[0];
  return best && best.distance * 2 <= Math.max(word.length, best.each.length) ? best.each : null;
}

/** Insertions, deletions and replacements from one word to the other. Words are cut at 64 letters. */
export function editDistance(from: string, to: string): number {
  const target = [...to.slice(0, 64)];
  let row = Array.from({ length: target.length + 1 }, (_, index) => index);
  for (const letter of from.slice(0, 64)) {
    const next = [row[0]! + 1];
    target.forEach((other, index) => next.push(Math.min(row[index + 1]! + 1, next[index]! + 1, row[index]! + (letter === other ? 0 : 1))));
    row = next;
  }
  return row.at(-1)!;
}
