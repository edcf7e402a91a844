/** `npm run generate`: writes every generated file of the guardrails, or with `--check` compares and exits 1 on a difference. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generated } from './pages.ts';
import { readPacks, readSources, root } from './sources.ts';

/** Paths whose content on disk is not what the sources say. */
export function stale(from: string = root): string[] {
  return Object.entries(wanted(from)).filter(([path, text]) => !existsSync(join(from, path)) || readFileSync(join(from, path), 'utf8') !== text).map(([path]) => path);
}

function wanted(from: string): Record<string, string> {
  const sources = readSources(from);
  return generated(sources, readPacks(sources, from));
}

/** Writes what differs and answers the paths written. */
export function generate(from: string = root): string[] {
  const files = wanted(from);
  const different = stale(from);
  for (const path of different) {
    mkdirSync(dirname(join(from, path)), { recursive: true });
    writeFileSync(join(from, path), files[path]!);
  }
  return different;
}

function main(args: readonly string[]): number {
  if (!args.includes('--check')) {
    const written = generate();
    process.stdout.write(written.length > 0 ? `${written.join('\n')}\n` : 'everything was up to date\n');
    return 0;
  }
  const different = stale();
  if (different.length > 0) process.stderr.write(`not up to date, run "npm run generate":\n${different.join('\n')}\n`);
  return different.length > 0 ? 1 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = main(process.argv.slice(2));
