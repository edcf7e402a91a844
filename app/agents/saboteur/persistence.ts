/**
 * What stays behind or starts by itself: new lifecycle scripts of a package, git and editor hooks, start-up files of interpreters, workflows.
 * A path or script that the spec itself speaks of is what was asked for.
 */
import { textOf, type Tree } from '../../core/tree.ts';
import { addedLines, askedFor, lineSuspicion } from './added-lines.ts';
import { pathSuspicion, shellWord } from './path-suspicion.ts';
import { surfaceFiles } from './surface.ts';
import type { Suspicion, Target } from './suspicion.ts';
import { isTestFile, scriptsOf } from './tests-weakened.ts';

const lifecycle = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare', 'prepublish', 'dependencies'];
const startsItself: [RegExp, string][] = [
  [/^\.github\/workflows\/[^/]+\.ya?ml$/, 'a workflow'],
  [/^(\.husky|\.githooks|\.git-hooks|\.hooks)\/[^/]+$/, 'a git hook'],
  [/^(lefthook\.ya?ml|\.lefthook\.ya?ml)$/, 'git hooks'],
  [/(^|\/)(sitecustomize|usercustomize)\.py$|\.pth$/, 'a start-up file of the interpreter'],
  [/^\.vscode\/tasks\.json$|^\.devcontainer\//, 'an editor task'],
  [/(^|\/)\.(claude|gemini|codex)\/(settings|hooks|config)[^/]*\.(json|toml)$|(^|\/)\.cursor\/hooks\.json$|(^|\/)\.mcp\.json$/, 'an agent hook'],
  [/\.(service|timer|plist)$|(^|\/)cron(tab|\.d)(\/|$)/, 'a scheduled service'],
  [/(^|\/)\.envrc$/, 'a start-up file of the shell'],
];
const staysBehind: [RegExp, string][] = [
  [/\bcrontab\b|\/etc\/cron|systemctl\s+(--user\s+)?enable|LaunchAgents|schtasks|CurrentVersion\\+Run\b/i, 'schedules itself on the machine'],
  [/core\.hooksPath|\.git\/hooks\//, 'installs a git hook'],
  [/(>>|tee\s+-a|\.appendFile\w*|open\()[^\n]*(\.bashrc|\.zshrc|\.profile|\.bash_profile|authorized_keys)/, 'writes to a start-up file'],
];
const workflowLine: [RegExp, string][] = [
  [/\b(pull_request_target|workflow_run|repository_dispatch)\b/, 'starts with the rights of the repository for what others send'],
  [/^-?\s*(on|schedule)\s*:.*\bschedule\b|^schedule\s*:|^-?\s*cron\s*:/, 'starts by itself at a time'],
  [/permissions\s*:\s*write-all|^(contents|actions|packages|id-token|pull-requests|checks|statuses|deployments|workflows)\s*:\s*write\b/, 'has more rights than before'],
  [/secrets\s*:\s*inherit|\$\{\{\s*(secrets|toJSON\(secrets)/, 'reaches secrets that it did not reach before'],
];
const workflow = /^\.github\/(workflows|actions)\/.*\.ya?ml$/;

export function attackPersistence({ base, head, spec }: Target): Suspicion[] {
  const asked = askedFor(spec);
  return [...newScripts(base, head, asked), ...newFiles(base, head, asked), ...newLines({ base, head }, { asked, watched: new Set(surfaceFiles(spec)) })];
}

/** New lines of workflows that were there before, and lines of scripts that settle on a machine. The surface itself is watched while it runs. */
function newLines(trees: { base: Tree; head: Tree }, { asked, watched }: { asked: string; watched: Set<string> }): Suspicion[] {
  if (/\bworkflow|\bcron|\bhooks?\b|\bschedul/.test(asked)) return [];
  return addedLines(trees).filter(({ path }) => !/\.mdx?$/.test(path) && !isTestFile(path) && !watched.has(path)).flatMap((line) => {
    const rules = workflow.test(line.path) ? (line.path in trees.base ? workflowLine : []) : staysBehind;
    const rule = rules.find(([pattern]) => pattern.test(line.line));
    return rule ? [lineSuspicion(line, 'PERSIST', rule[1])] : [];
  });
}

function newScripts(base: Tree, head: Tree, asked: string): Suspicion[] {
  return Object.keys(head).filter((path) => /(^|\/)package\.json$/.test(path)).sort().flatMap((path) => {
    const [before, after] = [scriptsOf(textOf(base[path])) ?? {}, scriptsOf(textOf(head[path])) ?? {}];
    const added = lifecycle.filter((name) => after[name] !== undefined && after[name] !== before[name] && !asked.includes(name));
    return added.slice(0, 1).map((name) => pathSuspicion({
      class: 'SUPPLY', path, claim: `${path} runs ${JSON.stringify(after[name])} by itself at ${name}`, expected: before[name] ?? null, actual: after[name],
      check: `node -e ${shellWord(`const { scripts = {} } = JSON.parse(require('fs').readFileSync(${JSON.stringify(path)}, 'utf8')); process.exit(scripts[${JSON.stringify(name)}] === ${JSON.stringify(after[name])} ? 1 : 0)`)}`,
    }));
  });
}

function newFiles(base: Tree, head: Tree, asked: string): Suspicion[] {
  return Object.keys(head).filter((path) => !(path in base)).sort().flatMap((path) => {
    const kind = startsItself.find(([pattern]) => pattern.test(path))?.[1];
    const name = path.split('/').at(-1) ?? path;
    if (kind === undefined || asked.includes(name.toLowerCase()) || asked.includes(kind.split(' ').at(-1) ?? kind)) return [];
    return [pathSuspicion({ class: 'PERSIST', path, claim: `the change adds ${kind}, ${path}, that nobody asked for`, expected: { $missing: path }, actual: { $exists: path }, check: `[ ! -e ${shellWord(path)} ]` })];
  });
}
