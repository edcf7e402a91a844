/** A vendor's own headless coding agent, run in the sandbox over a copy of the repository, with nothing but the App's gateway to talk to. */
import type { Problem } from '../errors.ts';
import type { Tree } from '../tree.ts';

export interface AgentRequest {
  /** On its standard input, never among its arguments. */
  prompt: string;
  model: string;
  tree: Tree;
  wallMs: number;
  signal?: AbortSignal | undefined;
}

export interface AgentResult {
  /** The repository as the agent left it, also where it was stopped. Files that are too large or no files are left out and named. */
  tree: Tree;
  leftOut: string[];
  exit: number | null;
  timedOut: boolean;
  /** Changed files, and `output`, that carry this run's key or the job's token in any encoding: never taken. */
  leaks: string[];
  /** The end of what it said, of both streams. */
  said: string;
  /** What the App saw: how often it asked, which models answered, and why a call was refused last. */
  calls: number;
  models: string[];
  refused: Problem | null;
}

/** Throws AGENT_CLI_MISSING where the program is not installed at the locked version, and SANDBOX_UNAVAILABLE where nothing contains it. */
export interface AgentCli {
  run(request: AgentRequest): Promise<AgentResult>;
}
