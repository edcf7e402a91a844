/**
 * Finished observations, kept so that a comparison that was cut off goes on where it stopped. An observation is found again by the digest
 * of everything it depends on: surface, files, trials, limits and salt. A kept observation is as good as a new one, no better.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { AssayError } from '../core/errors.ts';
import { digestOf } from '../core/digest.ts';
import type { Observed } from './behaviour.ts';

export interface Kept {
  get(key: string): Observed[][] | undefined;
  put(key: string, rows: Observed[][]): void;
}

const Line = z.object({ key: z.string().regex(/^[0-9a-f]{64}$/), rows: z.array(z.array(z.object({ behaviour: z.looseObject({ s: z.enum(['value', 'raise', 'exit', 'crash', 'timeout', 'unclear', 'unstable']) }), ms: z.number() }))) });

export function keptKey(parts: object): string {
  return digestOf(parts);
}

/** Lines of JSON in a file, appended as observations finish; a last line that a crash cut short is left aside. Throws RESUME_UNREADABLE. */
export function keptIn(file: string): Kept {
  const known = new Map(linesOf(file));
  return {
    get: (key) => known.get(key),
    put(key, rows) {
      known.set(key, rows);
      appendFileSync(file, `${JSON.stringify({ key, rows })}\n`);
    },
  };
}

function linesOf(file: string): [string, Observed[][]][] {
  try {
    if (!existsSync(file)) appendFileSync(file, '');
    const text = readFileSync(file, 'utf8');
    if (text !== '' && !text.endsWith('\n')) appendFileSync(file, '\n');
    return text.split('\n').flatMap((line) => lineOf(line));
  } catch (cause) {
    throw new AssayError('RESUME_UNREADABLE', `${file} cannot be used to resume: ${cause instanceof Error ? cause.message : String(cause)}`, { remedy: 'Give a path that can be read and written, or leave --resume out.', cause });
  }
}

function lineOf(line: string): [string, Observed[][]][] {
  try {
    const { key, rows } = Line.parse(JSON.parse(line));
    return [[key, rows as Observed[][]]];
  } catch {
    return []; // cut short, or not ours: it is observed anew
  }
}
