/** Where guardrails get what tools say. A scanner only reads files; a probe runs the change's code, always in the sandbox. */
import type { ChangedText, HistoryEntry } from '../guardrail.ts';
import type { ToolAnswer } from '../tool-answer.ts';
import type { Tree } from '../tree.ts';

/** What a tool is asked about. `changed` are the files to judge; `head` and `base` hold what the runner knows of the trees. */
export interface ToolRequest {
  guardrail: string;
  changed: readonly ChangedText[];
  head: Tree;
  base: Tree;
  /** What commits added, where the guardrail needs it; null or absent: not asked or not known. */
  history?: readonly HistoryEntry[] | null;
  /** The repository's own settings for this guardrail, from base. */
  settings: unknown;
  /** Milliseconds since the epoch, for the age of databases. */
  now: number;
  limitMs: number;
  /** Every file is judged as if it were new: there is no base to compare with. */
  all?: boolean;
  /** How the repository on base says its tests are run; null where it says nothing. */
  testCommand?: readonly string[] | null;
  /** The packages of a monorepo as base names them; what runs tests asks each that the change touches. */
  packages?: readonly PackagePlace[];
  /** The one of them that this question is about: tests run in its folder. Absent: the repository. */
  folder?: string;
}

export interface PackagePlace {
  /** Folder in the repository, without a slash at its end. */
  path: string;
  testCommand: readonly string[] | null;
}

/** One external scanner. */
export interface Scanner {
  /** A name in deps/tools.lock. */
  readonly name: string;
  /** The pinned version, part of the key under which answers are kept. */
  readonly version: string;
  /** Whether the answer differs by guardrail (another rulepack), or is one for all. */
  readonly perGuardrail: boolean;
  /** All that its answer depends on, beside itself and its version, as JSON; null where it depends on more than the request (a database), and so is never kept. */
  keyed(request: ToolRequest): unknown;
  scan(request: ToolRequest): Promise<ToolAnswer>;
}

/** A scanner by its name, loaded when it is asked. */
export interface LateScanner {
  readonly name: string;
  load(): Promise<Scanner>;
}

/** Something of our own that runs the change's code and measures it. */
export interface Probe {
  readonly name: string;
  probe(request: ToolRequest): Promise<ToolAnswer>;
}

/** Asks a tool by name; never throws: what goes wrong is in the answer's state. */
export interface Toolbox {
  ask(tool: string, request: ToolRequest): Promise<ToolAnswer>;
}

/** Kept answers; an edge may keep them on disk. `get` answers null for what it does not have or cannot read. */
export interface AnswerCache {
  get(key: string): unknown;
  put(key: string, answer: ToolAnswer): void;
}
