/** What tsc printed, as data. An exit code that contradicts the errors, an answer without its end, a project whose types were never looked at: each is told apart from clean. Pure. */
import type { ToolFinding } from '../../core/tool-answer.ts';

export interface Compiled {
  errors: ToolFinding[];
  /** Projects whose types were not checked, and why. */
  refused: { project: string; why: string }[];
}

const maxErrors = 5000;

export function readCompiled(stdout: string, { projects, marker, words }: { projects: readonly string[]; marker: string; words: string }): Compiled | { state: 'crashed'; why: string } {
  const parts = stdout.split(new RegExp(`^${marker} (\\d+)$`, 'm'));
  const errors = new Map<string, ToolFinding>();
  const refused: Compiled['refused'] = [];
  for (const [index, project] of projects.entries()) {
    const [text, exit] = [parts[index * 2] ?? '', parts[index * 2 + 1]];
    if (exit === undefined) return { state: 'crashed', why: `it ended before ${project}: ${words}` };
    const found = errorsIn(text);
    if ((exit === '0') !== (found.length === 0)) return { state: 'crashed', why: `exit code ${exit} of ${project} with ${found.length} errors: ${words}` };
    const before = found.find(isBefore);
    if (before) refused.push({ project, why: `${before.rule}: ${before.message}` });
    for (const error of found.filter(({ path }) => path !== '')) errors.set(JSON.stringify(error), error);
  }
  return { errors: [...errors.values()].slice(0, maxErrors), refused };
}

const located = /^(.{1,400}?)\((\d{1,7}),\d{1,7}\): error (TS\d{3,6}): (.*)$/;
const bare = /^error (TS\d{3,6}): (.*)$/;

function errorsIn(text: string): ToolFinding[] {
  return text.split('\n').flatMap((line): ToolFinding[] => {
    const at = located.exec(line);
    if (at) return [{ path: at[1]!, startLine: Number(at[2]), endLine: Number(at[2]), rule: at[3]!, message: at[4]!.slice(0, 300), level: 'error' }];
    const global = bare.exec(line);
    return global ? [{ path: '', startLine: 0, endLine: 0, rule: global[1]!, message: global[2]!.slice(0, 300), level: 'error' }] : [];
  });
}

/** An error of options, or of syntax: after one of those the compiler looks at no type of the whole project. */
function isBefore({ path, rule }: ToolFinding): boolean {
  return path === '' || path.endsWith('.json') || /^TS1\d{3}$/.test(rule);
}

/** Modules, types or globals that this place does not have. */
export function isEnvironment({ rule, message }: ToolFinding): boolean {
  return /^TS(2688|2580|2582|2583|2584|2591|2592|2593|7016)$/.test(rule) || (rule === 'TS2307' && !/module '\.{1,2}\//.test(message));
}
