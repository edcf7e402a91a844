/** Two trees → the facts that guardrails may know. Pure. No file disappears: what is not text is in `skipped` with its reason. */
import { diffLines } from 'diff';
import type { ChangedText, GuardFacts, HistoryEntry, PullText, RemovedText, SkippedFile } from '../core/guardrail.ts';
import { languageOf } from '../core/language.ts';
import type { Tree, TreeFile } from '../core/tree.ts';

/** Larger files are not judged and make the guardrail answer `error`. */
export const maxFileBytes = 5 * 1024 * 1024;
// Above this the line diff is not worth its time: every line counts as changed.
const maxDiffMs = 1500;

export interface FactsInput {
  base: Tree;
  head: Tree;
  /** Judge every file of head, not only what differs from base. */
  all: boolean;
  /** All paths of head, where `head` holds only some. */
  paths?: readonly string[];
  /** Files that could not be brought into a tree. */
  unread?: readonly SkippedFile[];
  budget?: Record<string, number>;
  repository?: string | null;
  pull?: PullText | null;
  messages?: readonly string[];
  history?: readonly HistoryEntry[] | null;
  now: number;
}

/** Facts as plain data, so that they can go to a thread: `texts` stands for `read`, and `fromThread` makes the rest of GuardFacts. */
export type Facts = Omit<GuardFacts, 'packages' | 'read' | 'readBase' | 'tools' | 'settings'> & { texts: Record<string, string> };

export function gatherFacts(input: FactsInput): Facts {
  const changed: ChangedText[] = [];
  const skipped: SkippedFile[] = [...(input.unread ?? [])];
  const texts: Record<string, string> = {};
  for (const [path, file] of Object.entries(input.head)) {
    const text = textIn(path, file);
    if (typeof text === 'string') texts[path] = text;
    if (!input.all && same(file, input.base[path])) continue;
    if (typeof text !== 'string') skipped.push(...(text ? [text] : []));
    else changed.push(changedText({ path, text, base: input.all ? undefined : input.base[path] }));
  }
  changed.sort((a, b) => (a.path < b.path ? -1 : 1));
  const paths = [...new Set([...(input.paths ?? []), ...Object.keys(input.head)])].sort();
  const { budget = {}, repository = null, pull = null, messages = [], history = null, all, now } = input;
  return { changed, removed: all ? [] : removedTexts(input, new Set(paths)), skipped, texts, paths, budget, repository, pull, messages, history, all, now };
}

function removedTexts({ base }: FactsInput, paths: ReadonlySet<string>): RemovedText[] {
  return Object.keys(base).filter((path) => !paths.has(path)).sort().flatMap((path) => {
    const baseText = textIn(path, base[path]!);
    return typeof baseText === 'string' ? [{ path, baseText }] : [];
  });
}

/** The two readers of GuardFacts over plain facts. */
export function readersOf(facts: Pick<Facts, 'all' | 'changed' | 'removed' | 'texts'>): Pick<GuardFacts, 'read' | 'readBase'> {
  const before = new Map([...facts.changed, ...facts.removed].map((file) => [file.path, file.baseText]));
  const read = (path: string): string | null => facts.texts[path] ?? null;
  return { read, readBase: (path) => (!facts.all && before.has(path) ? before.get(path)! : read(path)) };
}

function same(a: TreeFile, b: TreeFile | undefined): boolean {
  return b !== undefined && a.content === b.content && a.mode === b.mode && a.encoding === b.encoding;
}

function changedText(file: { path: string; text: string; base: TreeFile | undefined }): ChangedText {
  const decoded = file.base ? textIn(file.path, file.base) : null;
  const baseText = typeof decoded === 'string' ? decoded : null;
  return { path: file.path, text: file.text, baseText, changedLines: linesChanged(baseText, file.text) };
}

/** The file's text, the reason why there is none, or null for a symbolic link that stays inside. */
export function textIn(path: string, file: TreeFile): string | SkippedFile | null {
  if (file.mode === '120000') return linkOf(path, file);
  if (file.content.length > maxFileBytes * (file.encoding === 'base64' ? 4 / 3 : 1)) {
    return { path, kind: 'too_large', why: `larger than ${maxFileBytes / 1024 / 1024} MB` };
  }
  if (file.encoding === 'utf8') return bytesLookBinary(path, file.content) ? { path, kind: 'binary', why: 'holds NUL bytes' } : file.content;
  return decodeBytes(path, Buffer.from(file.content, 'base64'));
}

function decodeBytes(path: string, bytes: Buffer): string | SkippedFile {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff && bytes.length % 2 === 0) return Buffer.from(bytes.subarray(2)).swap16().toString('utf16le');
  const text = bytes.toString('latin1');
  return bytesLookBinary(path, text) ? { path, kind: 'binary', why: 'no text' } : text;
}

/** A NUL byte does not hide source code: a file that a compiler would read is judged whatever it holds. */
function bytesLookBinary(path: string, text: string): boolean {
  return text.includes('\0') && languageOf(path) === 'any';
}

function linkOf(path: string, file: TreeFile): SkippedFile | null {
  const target = file.encoding === 'utf8' ? file.content : Buffer.from(file.content, 'base64').toString();
  const parts = path.split('/').slice(0, -1);
  if (target.startsWith('/')) return { path, kind: 'symlink_outside', why: 'the link points to an absolute path' };
  for (const part of target.split('/')) {
    if (part === '..' && parts.pop() === undefined) return { path, kind: 'symlink_outside', why: 'the link leaves the repository' };
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return null;
}

/** 1-based lines of `head` that `base` does not have. */
export function linesChanged(base: string | null, head: string): ReadonlySet<number> {
  const total = head.split('\n').length;
  const parts = base === null ? undefined : diffLines(base, head, { timeout: maxDiffMs });
  if (!parts) return new Set(Array.from({ length: total }, (_, i) => i + 1));
  const lines = new Set<number>();
  let at = 1;
  for (const part of parts) {
    if (part.removed) continue;
    const count = part.count ?? 0;
    if (part.added) for (let i = 0; i < count; i += 1) lines.add(at + i);
    at += count;
  }
  return lines;
}
