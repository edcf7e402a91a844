/**
 * Variants of example inputs on stdin, token by token, in the examples' own layout. A number that counts something (the tokens of the next
 * line, the lines that follow) stays; other numbers stay within the range that their line, or the same place in other examples, showed.
 */
import fc from 'fast-check';

export function stdinVariants(examples: string[], { seed, count }: { seed: number; count: number }): string[] {
  const usable = examples.filter((text) => text.trim() !== '');
  if (usable.length === 0) return [];
  const draws = fc.sample(fc.tuple(fc.nat(), fc.array(fc.nat(), { minLength: 4, maxLength: 4 })), { seed, numRuns: count * 2 });
  return draws.flatMap(([pick, numbers]) => {
    const text = usable[pick % usable.length] ?? '';
    const changed = changeTokens(text, numbers);
    return changed === text ? [] : [changed];
  });
}

function changeTokens(text: string, draws: number[]): string {
  const lines = text.split('\n').map((line) => line.split(' '));
  const free = lines.flatMap((line, row) => line.flatMap((token, column) => (token !== '' && !countsSomething(lines, row, column) ? [{ row, column }] : [])));
  if (free.length === 0) return text;
  const changes = 1 + ((draws[0] ?? 0) % Math.min(3, free.length));
  for (const draw of draws.slice(1, 1 + changes)) {
    const place = free[draw % free.length];
    const line = place && lines[place.row];
    if (place && line) line[place.column] = newToken(line[place.column] ?? '', line, Math.floor(draw / free.length));
  }
  return lines.map((line) => line.join(' ')).join('\n');
}

function countsSomething(lines: string[][], row: number, column: number): boolean {
  const value = Number(lines[row]?.[column]);
  if (!Number.isInteger(value)) return false;
  const after = lines.slice(row + 1).filter((line) => line.some((token) => token !== ''));
  return value === after.length || after.some((line) => line.length === value || (line.length === 1 && line[0]?.length === value)) || value * 2 === after.length;
}

function newToken(token: string, line: string[], draw: number): string {
  if (/^-?\d{1,15}$/.test(token)) {
    const numbers = line.filter((other) => /^-?\d{1,15}$/.test(other)).map(Number);
    const low = Math.min(...numbers);
    const high = Math.max(...numbers, low + 1);
    const choices = [low, high, Number(token) - 1, Number(token) + 1, low + (draw % (high - low + 1))];
    const value = choices[draw % choices.length] ?? low;
    return String(low >= 1 ? Math.max(1, value) : low >= 0 ? Math.max(0, value) : value);
  }
  const letters = [...token];
  const other = letters[draw % letters.length] ?? '';
  letters[Math.floor(draw / 7) % letters.length] = other;
  return letters.join('');
}
