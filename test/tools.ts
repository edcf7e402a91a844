/**
 * Tools that a suite needs and that npm does not bring. `need('bubblewrap')` says whether the tool is here. Where it is not, the suite
 * skips with one visible line that names the tool and the command that installs it; with ASSAY_REQUIRE=all (as `.ci/run` sets it) the
 * same suite fails instead, so that nothing is ever skipped unseen.
 */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

interface Tool {
  programs: readonly string[];
  install: string;
  /** Not even ASSAY_REQUIRE=all demands it. */
  optional?: boolean;
}

const tools = {
  bubblewrap: { programs: ['bwrap'], install: 'sudo apt-get install -y bubblewrap' },
  'util-linux': { programs: ['unshare', 'setpriv', 'prlimit', 'pivot_root'], install: 'sudo apt-get install -y util-linux' },
  python3: { programs: ['python3'], install: 'sudo apt-get install -y python3' },
  go: { programs: ['go'], install: 'install Go from your distribution or its own site', optional: true },
  npm: { programs: ['npm'], install: 'install Node.js with npm' },
  git: { programs: ['git'], install: 'sudo apt-get install -y git' },
  opa: { programs: ['opa'], install: 'npx assay tools install opa' },
  ruff: { programs: ['ruff'], install: 'npx assay tools install ruff' },
  chromium: { programs: ['chromium'], install: 'sudo apt-get install -y chromium' },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;

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
  const { programs, install, optional = false }: Tool = tools[name];
  const found = programs.map((program) => find(name, program));
  const available = found.every((path) => path !== null);
  return { name, available, path: available ? (found[0] ?? null) : null, install, required: process.env.ASSAY_REQUIRE === 'all' && !optional };
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

function find(tool: string, program: string): string | null {
  const own = installedByAssay(tool, program);
  if (own) return own;
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, program)).find(executable) ?? null;
}

/** Where `assay tools install` puts it: `<tools>/<name>-<version>/bin/<program>`, by the version that deps/tools.lock names. */
function installedByAssay(tool: string, program: string): string | null {
  const lock = new URL('../deps/tools.lock', import.meta.url);
  if (!existsSync(lock)) return null;
  const entry = (JSON.parse(readFileSync(lock, 'utf8')) as { tools: { name: string; version: string }[] }).tools.find((each) => each.name === tool);
  if (!entry) return null;
  const home = process.env.ASSAY_TOOLS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assay', 'tools');
  const path = join(home, `${entry.name}-${entry.version}`, 'bin', program);
  return executable(path) ? path : null;
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
