/** How each scanner is started by hand over the files of a change, with the same rules that our adapters give it. */
import { join } from 'node:path';
import { readLock, toolNamed, toolPath } from '../../../app/edges/tools/lock.ts';
import { root } from '../../../app/guardrails/sources.ts';

export interface Command {
  name: string;
  argv: string[];
}

const rules = (name: string): string => join(root, 'rulepacks', name);
const ending = (paths: readonly string[], pattern: RegExp): string[] => paths.filter((path) => pattern.test(path));

const starts: Record<string, (paths: readonly string[]) => string[]> = {
  actionlint: (paths) => ['-shellcheck=', '-pyflakes=', ...ending(paths, /^\.github\/workflows\//)],
  bandit: (paths) => ['-q', '-f', 'json', ...ending(paths, /\.py$/)],
  checkov: (paths) => ['--framework', 'dockerfile', '--output', 'json', '--quiet', '--compact', '--skip-download', ...ending(paths, /Dockerfile$/).flatMap((path) => ['-f', path])],
  gitleaks: () => ['dir', '.', '--no-banner', '--redact'],
  gosec: () => ['-fmt', 'json', './pkg/...'],
  hadolint: (paths) => ['-f', 'json', ...ending(paths, /Dockerfile$/)],
  ruff: (paths) => ['check', '--isolated', '--no-cache', ...ending(paths, /\.py$/)],
  semgrep: (paths) => ['scan', '--metrics=off', '--disable-version-check', '--quiet', '--json', '--config', rules('sast/semgrep'), ...ending(paths, /\.(ts|py|go)$/)],
  zizmor: (paths) => ['--offline', '--no-progress', ...ending(paths, /^\.github\/workflows\//)],
};

/** One command for each named tool that is installed; throws for a tool that this table does not know, so that none is left out unseen. */
export function commandsFor(tools: readonly string[], paths: readonly string[]): Command[] {
  return tools.flatMap((name): Command[] => {
    toolNamed(name, readLock());
    const start = starts[name];
    if (!start) throw new Error(`commands.ts does not say how ${name} is started`);
    const program = toolPath(name);
    return program ? [{ name, argv: [program, ...start(paths)] }] : [];
  });
}
