/**
 * Reads patches of many commits as a stream of bytes into added lines per commit and file. A commit begins with NUL and its SHA. Knows ordinary and combined
 * hunks by their own line counts, so that no added text can pass for a header. Pure but for its own memory, which is bounded by the limits.
 */
import type { HistoryEntry } from '../core/guardrail.ts';
import { languageOf } from '../core/language.ts';

export interface PatchLimits {
  fileBytes: number;
  totalBytes: number;
}

interface Open extends HistoryEntry {
  bytes: number;
  binary: boolean;
}

/** What is left of a hunk: lines per parent, lines of the result, and the result's next line number. */
interface Hunk {
  before: number[];
  after: number;
  line: number;
}

const newline = 10;

export class PatchReader {
  readonly limits: PatchLimits;
  readonly #entries: HistoryEntry[] = [];
  #rest: Buffer[] = [];
  #restBytes = 0;
  #total = 0;
  #sha = '';
  #open: Open | null = null;
  #hunk: Hunk | null = null;

  constructor(limits: PatchLimits) {
    this.limits = limits;
  }

  /** False: the total is past its limit, and nothing more need come. */
  take(chunk: Buffer): boolean {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      this.#line(this.#joined(chunk.subarray(from, at)));
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
    return this.#total <= this.limits.totalBytes;
  }

  end(): HistoryEntry[] {
    if (this.#restBytes > 0) this.#line(this.#joined(Buffer.alloc(0)));
    this.#close();
    return this.#entries;
  }

  /** Of a line longer than a file may be, only as much is kept as shows that. */
  #keep(part: Buffer): void {
    if (part.length === 0 || this.#restBytes > this.limits.fileBytes + 64) return;
    this.#rest.push(Buffer.from(part));
    this.#restBytes += part.length;
  }

  #joined(last: Buffer): Buffer {
    if (this.#restBytes === 0) return last;
    this.#keep(last);
    const line = Buffer.concat(this.#rest);
    this.#rest = [];
    this.#restBytes = 0;
    return line;
  }

  #line(bytes: Buffer): void {
    if (this.#hunk) return this.#inHunk(bytes, this.#hunk);
    if (bytes[0] === 0) return this.#commit(bytes.toString('latin1', 1));
    const text = bytes.toString('utf8');
    if (text.startsWith('diff --')) this.#close();
    else if (text.startsWith('+++ ')) this.#file(text.slice(4));
    else if (text.startsWith('@@')) this.#hunk = hunkOf(text);
  }

  #commit(sha: string): void {
    this.#close();
    this.#sha = sha.trim();
  }

  #file(name: string): void {
    this.#close();
    const path = pathOf(name);
    if (path !== null) this.#open = { sha: this.#sha, path, lines: [], bytes: 0, binary: false };
  }

  #inHunk(bytes: Buffer, hunk: Hunk): void {
    // "\ No newline at end of file" counts for no side.
    if (bytes[0] === 0x5c) return;
    const prefix = bytes.toString('latin1', 0, hunk.before.length);
    for (const [index, mark] of [...prefix].entries()) if (mark !== '+') hunk.before[index]! -= 1;
    if (!prefix.includes('-')) {
      hunk.after -= 1;
      if (/^\++$/.test(prefix)) this.#added(bytes.subarray(hunk.before.length), hunk.line);
      hunk.line += 1;
    }
    if (hunk.after <= 0 && hunk.before.every((count) => count <= 0)) this.#hunk = null;
  }

  #added(bytes: Buffer, line: number): void {
    const file = this.#open;
    if (!file || file.binary || file.unread !== undefined) return;
    file.bytes += bytes.length + 1;
    if (file.bytes > this.limits.fileBytes) file.unread = `one commit adds more than ${Math.round(this.limits.fileBytes / 1024 / 1024)} MB to it`;
    else if (bytes.includes(0) && languageOf(file.path) === 'any') file.binary = true;
    else file.lines.push({ line, text: bytes.toString('utf8').replace(/\r$/, '') });
  }

  #close(): void {
    const file = this.#open;
    this.#open = null;
    this.#hunk = null;
    if (!file || file.binary) return;
    const { sha, path, lines, unread, bytes } = file;
    if (unread !== undefined) this.#entries.push({ sha, path, lines: [], unread });
    else if (lines.length > 0) {
      this.#total += bytes;
      this.#entries.push({ sha, path, lines });
    }
  }
}

/** `@@ -1,2 +3,4 @@`, and with n parents n + 1 signs and n ranges. Null where it is neither; an empty hunk is none. */
function hunkOf(text: string): Hunk | null {
  const header = /^(@@+) ((?:-\d+(?:,\d+)? )+)\+(\d+)(?:,(\d+))? @@/.exec(text);
  if (!header) return null;
  const before = header[2]!.trim().split(' ').map((range) => Number(/,(\d+)$/.exec(range)?.[1] ?? 1));
  const after = Number(header[4] ?? 1);
  return after + before.reduce((sum, count) => sum + count, 0) === 0 ? null : { before, after, line: Number(header[3]) };
}

/** `b/path`, quoted as in C where it holds odd characters, with a tab behind it where it holds a space. Null: the file is gone. */
function pathOf(name: string): string | null {
  const plain = name.replace(/\t$/, '');
  const path = plain.startsWith('"') ? unquoted(plain) : plain;
  return path.startsWith('b/') ? path.slice(2) : null;
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

function unquoted(text: string): string {
  const bytes = text.slice(1, -1).replace(/\\(?:([0-7]{3})|(.))/g, (_, octal?: string, char?: string) => (octal ? String.fromCharCode(Number.parseInt(octal, 8)) : escapes[char!] ?? char!));
  // Octal escapes are bytes; text that git left alone is not, and then there is nothing to decode.
  return /^[\x00-\xff]*$/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}
