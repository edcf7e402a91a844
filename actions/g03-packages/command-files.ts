/** Files whose text holds commands that somebody runs: Dockerfiles, workflows, shell scripts, and the code in Markdown. In what an agent reads, prose is an order too. */
import type { ChangedText } from '../../app/core/guardrail.ts';
import { commandsIn } from './commands.ts';
import type { NpmLocals } from './locals-npm.ts';
import { isRequirements } from './manifests.ts';
import { type Reference, isName } from './reference.ts';

const holdsCommands = /\.(md|mdx|mdc|markdown|rst|adoc|txt|sh|bash|zsh|fish|ps1|ya?ml|toml|dockerfile|containerfile|mk)$|(^|\/)(Dockerfile|Containerfile)[^/]*$|(^|\/)(Makefile|justfile|Taskfile|Procfile|\.cursorrules|\.windsurfrules|\.clinerules)$/i;
const document = /\.(md|mdx|mdc|markdown|rst|adoc|txt)$/i;
const agentFile = /(^|\/)(AGENTS?|CLAUDE|GEMINI|SKILL|copilot-instructions)\.md$|(^|\/)\.(claude|cursor|agents|codex|gemini|windsurf)\/|\.mdc$|(^|\/)\.(cursorrules|windsurfrules|clinerules)$/i;

export function commandReferences({ path, text }: Pick<ChangedText, 'path' | 'text'>, locals: NpmLocals): Reference[] {
  if (!holdsCommands.test(path) || isRequirements(path)) return [];
  const lines = linesOf(text);
  const prose = document.test(path) && !agentFile.test(path);
  return commandsIn(text).flatMap(({ ecosystem, name, from, at, program }): Reference[] => {
    if (prose && !isCode(text, { from, line: lineAt(lines, from) })) return [];
    if (!isName(ecosystem, name) || (program && locals.programs.has(name)) || (ecosystem === 'npm' && (locals.members.has(name) || locals.fromElsewhere.has(name)))) return [];
    // The arguments may go on for lines: the reference stands where its name does.
    const named = text.indexOf(name.replace(/^create-/, ''), at);
    return [{ ecosystem, name, path, line: lineAt(lines, named < 0 ? at : named).number, where: 'install command' }];
  });
}

interface Line { number: number; start: number; fenced: boolean }

function linesOf(text: string): Line[] {
  let start = 0;
  let fenced = false;
  return text.split('\n').map((content, index) => {
    const line = { number: index + 1, start, fenced };
    if (/^[ \t]*(?:[-*>][ \t]*)*(```|~~~)/.test(content)) fenced = !fenced;
    start += content.length + 1;
    return line;
  });
}

function lineAt(lines: readonly Line[], at: number): Line {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lines[middle]!.start <= at) low = middle;
    else high = middle - 1;
  }
  return lines[low]!;
}

/** Whether a command in a document is code: in a fence, an indented block, a code span, after a prompt, or a paragraph of its own. */
function isCode(text: string, { from, line }: { from: number; line: Line }): boolean {
  if (line.fenced) return true;
  const lead = text.slice(line.start, from);
  if ((lead.match(/`+/g)?.length ?? 0) % 2 === 1 || /^(\s{4,}|\t)|^\s*[$%]\s/.test(lead)) return true;
  const alone = /^\r?\n?\s*$/.test(text.slice(Math.max(0, line.start - 2), line.start)) && /^[^\n]*(\n\s*\n|\s*$)/.test(text.slice(line.start, line.start + 400));
  return alone && /^\s*(sudo\s+)?$/.test(lead);
}
