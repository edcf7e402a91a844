/** Contest-like tasks of our own: statements with right, wrong and slow programs, in `test/corpora/contest/`. */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tasksOf, type Task } from './tasks.ts';

const folder = fileURLToPath(new URL('../../corpora/contest/', import.meta.url));

export function contestTasks(): { trio: string[]; tasks: Task[] }[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort() : [];
  return files.map((name) => ({ trio: [name], tasks: tasksOf(`${folder}${name}`, null, 'base') }));
}
