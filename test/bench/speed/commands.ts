/** How each scanner is started by hand, or in a hook, over the files of a change, with the same rules that our adapters give it. */
import { dirname, join } from 'node:path';
import { readLock, toolNamed, toolPath } from '../../../app/edges/tools/lock.ts';
import { root } from '../../../app/guardrails/sources.ts';

export interface Command {
  name: string;
  argv: string[];
}

const rules = (name: string): string => join(root, 'rulepacks', name);
const ending = (paths: readonly string[], pattern: RegExp): string[] => paths.filter((path) => pattern.test(path));

const semgrep = (paths: readonly string[]): string[] => ['--metrics=off', '--disable-version-check', '--quiet', '--json', '--config', rules('sast/semgrep'), ...ending(paths, /\.(ts|py|go)$/)];

const starts: Record<string, (paths: readonly string[]) => string[]> = {
  actionlint: (paths) => ['-shellcheck=', '-pyflakes=', ...ending(paths, /^\.github\/workflows\//)],
  bandit: (paths) => ['-q', '-f', 'json', ...ending(paths, /\.py$/)],
  deptry: () => ['.'],
  gitleaks: () => ['dir', '.', '--no-banner', '--redact'],
  gosec: (paths) => ['-quiet', '-fmt', 'json', ...new Set(ending(paths, /\.go$/).map((path) => `./${dirname(path)}`))],
  hadolint: (paths) => ['-f', 'json', ...ending(paths, /Dockerfile$/)],
  semgrep: (paths) => ['scan', ...semgrep(paths)],
  zizmor: (paths) => ['--offline', '--no-progress', ...ending(paths, /^\.github\/workflows\//)],
};

/** The one tool that we start otherwise than its users do: the same program without its Python front. */
export const ourStart = { of: 'semgrep', argv: (program: string, paths: readonly string[]): string[] => [program, 'scan', '--experimental', ...semgrep(paths)] };

/** One command for each named tool that is installed, as its users start it; throws for a tool that this table does not know, so that none is left out unseen. */
export function commandsFor(tools: readonly string[], paths: readonly string[]): Command[] {
  return tools.flatMap((name): Command[] => {
    toolNamed(name, readLock());
    const start = starts[name];
    if (!start) throw new Error(`commands.ts does not say how ${name} is started`);
    const program = toolPath(name);
    return program ? [{ name, argv: [program, ...start(paths)] }] : [];
  });
}
