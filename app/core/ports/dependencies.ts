/** Where the packages come from that a change's code needs to run: fetched outside the sandbox from manifest and lock alone, and mounted read-only into it. */
import type { Ecosystem } from '../guardrail.ts';
import type { Tree } from '../tree.ts';

export interface DependencyRequest {
  ecosystem: Ecosystem;
  /** Only manifests and locks of it are used. */
  tree: Tree;
  /** The package whose code is to run; absent: the repository itself. Its lock may stand in a folder above it. */
  folder?: string;
}

export interface Fetched {
  /** `inside` is absolute, or relative to the repository's root. */
  mounts: { host: string; inside: string }[];
  /** Folders that the run must bring, relative as above: links among the packages lead to them, for tools that want to write there. */
  scratch?: string[];
  env: Record<string, string>;
}

/**
 * Throws AssayError `DEPENDENCIES_…`: without a lock, with a source other than the registry, without a hash, or where the client failed. A project that
 * declares no dependency needs nothing and gets nothing.
 */
export interface Dependencies {
  fetch(request: DependencyRequest): Promise<Fetched>;
}
