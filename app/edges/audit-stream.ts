/**
 * Where the audit stream goes: a file of JSON lines that is only ever appended to, or standard output, through a logger of its own. The file itself says how far it is, so that a
 * restart neither repeats nor skips a record; half a line that a crash left is cut off.
 */
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { pino } from 'pino';

export interface AuditSink {
  /** The index that the next record has; null where nobody remembers. */
  next(): number | null;
  write(record: object): void;
}

const tail = 1024 * 1024;

/** `-` is standard output. The file is readable for this user alone. */
export function openAuditSink(path: string): AuditSink {
  if (path !== '-') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const next = path === '-' ? null : nextIn(path);
  const destination = pino.destination({ dest: path === '-' ? 1 : path, sync: true, append: true, mode: 0o600 });
  const log = pino({ base: null, timestamp: false, formatters: { level: () => ({ stream: 'audit' }) } }, destination);
  return { next: () => next, write: (record) => log.info(record) };
}

function nextIn(path: string): number {
  if (!existsSync(path)) return 0;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, tail));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    const end = bytes.lastIndexOf(10) + 1;
    if (end < bytes.length) truncateSync(path, size - bytes.length + end);
    return indexOf(bytes.subarray(0, end).toString('utf8').trimEnd().split('\n').at(-1) ?? '') + 1;
  } finally {
    closeSync(file);
  }
}

/** -1 where the line is no record: then the stream begins anew, and a reader sees the repeated indices. */
function indexOf(line: string): number {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null && 'index' in record && typeof record.index === 'number' ? record.index : -1;
  } catch {
    return -1; // told by the repetition
  }
}
