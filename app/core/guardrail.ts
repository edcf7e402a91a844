/** What a guardrail may know and what it answers. `inspect` is pure over these facts; the runner gathers them. */
import type { RawFinding } from './finding.ts';
import type { ToolAnswer } from './tool-answer.ts';

/** One text file of the head that differs from base (or every file, with `--all`). Binary and oversize files are in `skipped`, never silently gone. */
export interface ChangedText {
  path: string;
  text: string;
  /** The text on base, or null where the file is new. */
  baseText: string | null;
  /** 1-based head lines that the diff added or altered. */
  changedLines: ReadonlySet<number>;
}

/** A text file of base that head does not have; a rename is one removed and one new file. */
export interface RemovedText {
  path: string;
  baseText: string;
}

/** The pull request's own words: untrusted. */
export interface PullText {
  title: string;
  body: string;
  labels: string[];
}

/** What one earlier commit added to one file; also of commits that a later one undid. Oldest commit first. */
export interface HistoryEntry {
  sha: string;
  path: string;
  lines: { line: number; text: string }[];
  /** Why this part of the history could not be read (too large, a shallow clone): then `lines` is empty, and nobody may call it clean. */
  unread?: string | undefined;
}

/** A file that could not be judged as text. `binary` is noted; every other kind makes the guardrail answer `error`. */
export interface SkippedFile {
  path: string;
  kind: 'binary' | 'too_large' | 'unreadable' | 'symlink_outside';
  why: string;
}

export type Ecosystem = 'npm' | 'pypi' | 'go';

export interface PackageQuestion {
  ecosystem: Ecosystem;
  name: string;
}

/** What a registry said. `unknown`: it could not be asked, which is never a pass. */
export interface PackageAnswer extends PackageQuestion {
  state: 'exists' | 'missing' | 'unknown';
  createdAt: number | null;
  why: string | null;
}

/** Facts by name; a descriptor's `needs` says which the runner gathers. */
export interface GuardFacts {
  changed: ChangedText[];
  removed: RemovedText[];
  /** Every file is judged as if it were new; there is no base. */
  all: boolean;
  /** All paths of the head tree, and the text of any (null: binary or absent). */
  paths: readonly string[];
  read(path: string): string | null;
  /** The text as it is on base, null where base has no such text. With `all` the same as `read`. Rules come from here, never from head. */
  readBase(path: string): string | null;
  skipped: SkippedFile[];
  packages: PackageAnswer[];
  budget: Record<string, number>;
  /** `owner/name` of the repository that is judged; null: the run does not know it. */
  repository: string | null;
  /** Milliseconds since the epoch, a fact like any other. */
  now: number;
  /** What the descriptor's tools said, by name. */
  tools: Readonly<Record<string, ToolAnswer>>;
  /** Null: nobody said, as in a local run. */
  pull: PullText | null;
  /** Messages of the change's commits, newest first. */
  messages: readonly string[];
  /** Null: the run could not see commits. */
  history: readonly HistoryEntry[] | null;
  /** `guardrails.<id>` of .github/assay.yml on base; undefined where it says nothing. */
  settings: unknown;
}

export interface Inspector {
  inspect(facts: GuardFacts): RawFinding[] | Promise<RawFinding[]>;
  /** The registry questions that `inspect` needs answered (descriptor `needs: [packages]`). */
  asks?(facts: Omit<GuardFacts, 'packages'>): PackageQuestion[];
}

/** Asks registries; the edge answers each question exactly once, `unknown` included. */
export interface PackageLookup {
  lookup(questions: readonly PackageQuestion[]): Promise<PackageAnswer[]>;
}
