/** Typed reading of SQLite rows: a column of another type than the schema says is a damaged file, never a guess. */
import type { SQLOutputValue } from 'node:sqlite';
import { AssayError } from '../../../core/errors.ts';

export type Row = Record<string, SQLOutputValue>;

export function integer(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' ? value : wrong(column, 'a number');
}

export function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column);
}

export function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : wrong(column, 'a text');
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

/** A JSON column. The type is the caller's claim: only this driver writes the column, from a value of that type. */
export function json<T>(row: Row, column: string): T {
  try {
    return JSON.parse(text(row, column)) as T;
  } catch (cause) {
    throw new AssayError('STORE_CORRUPT', `column ${column} holds no JSON`, { remedy: 'Restore the last backup of the store.', cause });
  }
}

export function jsonOrNull<T>(row: Row, column: string): T | null {
  return row[column] === null ? null : json<T>(row, column);
}

function wrong(column: string, expected: string): never {
  throw new AssayError('STORE_CORRUPT', `column ${column} does not hold ${expected}`, { remedy: 'Restore the last backup of the store.' });
}
