/**
 * Tools that a suite needs and that npm does not bring. `need('bubblewrap')` says whether the tool is here. Where it is not, the suite
 * skips with one visible line that names the tool and the command that installs it; with ASSAY_REQUIRE=all (as `.ci/run` sets it) the
 * same suite fails instead, so that nothing is ever skipped unseen.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';
import { installCommand, pathOf, readLock, toolNamed, toolsHome } from '../app/edges/tools/lock.ts';

interface Tool {
  programs: readonly string[];
  install: string;
  /** Not even ASSAY_REQUIRE=all demands it. */
  optional?: boolean;
}

/** What the machine brings, at whatever version. */
const ofTheMachine = {
  'util-linux': { programs: ['unshare', 'setpriv', 'prlimit', 'pivot_root'], install: 'sudo apt-get install -y util-linux' },
  python3: { programs: ['python3'], install: 'sudo apt-get install -y python3' },
  go: { programs: ['go'], install: 'install Go from your distribution or its own site', optional: true },
  npm: { programs: ['npm'], install: 'install Node.js with npm' },
  git: { programs: ['git'], install: 'sudo apt-get install -y git' },
  openssl: { programs: ['openssl'], install: 'sudo apt-get install -y openssl' },
} as const satisfies Record<string, Tool>;

/** What deps/tools.lock brings: version, programs, and whether it is required are written there alone. A law test keeps the two in step. */
export const locked = ['act', 'actionlint', 'bandit', 'bubblewrap', 'checkov', 'chromium', 'claude', 'codex', 'cosign', 'deptry', 'gemini', 'gitleaks', 'golangci-lint', 'gosec', 'gremlins', 'grype', 'hadolint', 'lizard', 'mutmut', 'oasdiff', 'opa', 'osv-scanner', 'pre-commit', 'pyright', 'registry', 'ruff', 'semgrep', 'slsa-verifier', 'syft', 'uv', 'zizmor'] as const;

export type ToolName = keyof typeof ofTheMachine | (typeof locked)[number];

export interface Availability {
  name: ToolName;
  available: boolean;
  /** Absolute path of the tool's first program, null where it is missing. */
  path: string | null;
  install: string;
  /** Whether a missing tool fails the suite instead of skipping it. */
  required: boolean;
}

export function need(name: ToolName): Availability {
  const { install, path, optional } = name in ofTheMachine ? onTheMachine(name as keyof typeof ofTheMachine) : fromTheLock(name);
  return { name, available: path !== null, path, install, required: process.env.ASSAY_REQUIRE === 'all' && !optional };
}

function onTheMachine(name: keyof typeof ofTheMachine): { install: string; path: string | null; optional: boolean } {
  const { programs, install, optional = false }: Tool = ofTheMachine[name];
  const found = programs.map(find);
  return { install, optional, path: found.includes(null) ? null : (found[0] ?? null) };
}

/** At the locked version alone: another version on the PATH is not what the project runs. */
function fromTheLock(name: string): { install: string; path: string | null; optional: boolean } {
  const tool = toolNamed(name, readLock());
  return { install: installCommand(tool), optional: !tool.required, path: pathOf(tool, toolsHome()) };
}

/** `describe` for a suite that needs tools: runs it, fails it (ASSAY_REQUIRE=all) or skips it, in both cases naming what is missing. */
export function describeWith(names: ToolName[], title: string, suite: () => void): void {
  if (isHere(names, title)) describe(title, suite);
}

/** `it` for a file whose tests need tools; `title` says what they are about in the line that names a missing one. */
export function testWith(names: ToolName[], title: string): typeof it {
  return isHere(names, title) ? it : (it.skip as typeof it);
}

/** Whether all are here; where not, one test says which is missing, by being skipped or by failing. */
function isHere(names: ToolName[], title: string): boolean {
  const missing = names.map((name) => need(name)).find((tool) => !tool.available);
  if (!missing) return true;
  const line = `${title}: needs ${missing.name}, which is not installed. Install it: ${missing.install}`;
  if (missing.required) it(line, () => { throw new Error(line); });
  else {
    process.stderr.write(`SKIPPED ${line}\n`);
    it.skip(line, () => undefined);
  }
  return false;
}

function find(program: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, program)).find(executable) ?? null;
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
