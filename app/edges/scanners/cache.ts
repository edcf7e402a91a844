/** Answers of scanners kept on disk by content, for the next run on this machine. Never shared with another one; a file that cannot be read or written is as good as none. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../../core/digest.ts';
import type { AnswerCache } from '../../core/ports/toolbox.ts';

const maxFiles = 2000;

/** What turns a tool's words into an answer: these adapters and the rules that tools are given. Where one of them changes, no kept answer counts. */
const makers = [new URL('.', import.meta.url), new URL('../../../rulepacks/', import.meta.url)].map((url) => fileURLToPath(url));

export function answersOnDisk(home = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assay', 'answers')): AnswerCache {
  const folder = join(home, generation());
  return {
    get: (key) => quietly(() => JSON.parse(readFileSync(join(folder, `${key}.json`), 'utf8')) as unknown),
    put: (key, answer) => void quietly(() => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const temporary = join(folder, `.${key}.${process.pid}`);
      writeFileSync(temporary, JSON.stringify(answer), { mode: 0o600 });
      renameSync(temporary, join(folder, `${key}.json`));
      prune(folder);
    }),
  };
}

function generation(): string {
  const files = makers.flatMap((maker) => (existsSync(maker) ? readdirSync(maker, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)) : []));
  return sha256(files.sort().map((file) => sha256(readFileSync(file))).join()).slice(0, 16);
}

/** The oldest tenth goes when there are too many. */
function prune(folder: string): void {
  const names = readdirSync(folder);
  if (names.length <= maxFiles) return;
  const aged = names.map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs })).toSorted((a, b) => a.at - b.at);
  for (const { name } of aged.slice(0, maxFiles / 10)) rmSync(join(folder, name), { force: true });
}

function quietly<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    // A cache that fails costs time, never a verdict.
    return null;
  }
}
