/** What the bundle leaves in node_modules, and which guardrail needs which of it: read from what the bundler saw. */
import type { Metafile } from 'esbuild';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Libraries that look for a file beside themselves, which is not there once they are in the bundle. */
export function packagesReadingThemselves(root: string, { inputs }: Metafile): string[] {
  const looking = Object.keys(inputs).filter((path) => path.startsWith('node_modules/') && /\b__(dirname|filename)\b|import\.meta\.(url|dirname)/.test(readFileSync(join(root, path), 'utf8')));
  return [...new Set(looking.map((path) => packageOf(path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))))].sort();
}

function packageOf(path: string): string {
  return /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path;
}

/**
 * Guardrail → the engines that its inspector reaches, so that `setup` installs libraries only for those that need them. `*`: what the step loads before any of them;
 * `exec`: what it loads when it runs the change's code.
 */
export function engineNeeds(root: string, { inputs }: Metafile, outside: readonly string[]): Record<string, string[]> {
  const folders = Object.keys(inputs).filter((path) => /^actions\/[^/_]+\/inspect\.ts$/.test(path));
  const lists = 'app/guardrails/inspectors.generated.ts';
  const step = 'actions/_runner/guard-step.ts';
  const reaching = { inputs, outside };
  const needs: [string, Set<string>][] = [
    ['*', reach(step, { ...reaching, lazily: false, without: lists })], ['exec', reach(step, { ...reaching, without: lists })],
    ...folders.map((entry): [string, Set<string>] => [idOf(join(root, dirname(entry))), reach(entry, reaching)]),
  ];
  return Object.fromEntries(needs.map(([name, found]) => [name, [...found].sort()] as const).filter(([, found]) => found.length > 0));
}

function idOf(folder: string): string {
  const id = /^id: *(\S+)/m.exec(readFileSync(join(folder, 'guardrail.yml'), 'utf8'))?.[1];
  if (!id) throw new Error(`${folder}/guardrail.yml has no id`);
  return id;
}

function reach(entry: string, { inputs, outside, lazily = true, without = '' }: { inputs: Metafile['inputs']; outside: readonly string[]; lazily?: boolean; without?: string }): Set<string> {
  const [found, seen, queue] = [new Set<string>(), new Set<string>([without]), [entry]];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const each of inputs[at]?.imports ?? []) {
      if (!lazily && each.kind === 'dynamic-import') continue;
      const name = packageOf(each.path);
      if (each.external && outside.some((engine) => engine === name || (engine.endsWith('/*') && name.startsWith(engine.slice(0, -1))))) found.add(name);
      else if (!each.external && !seen.has(each.path)) queue.push(each.path);
      seen.add(each.path);
    }
  }
  return found;
}
