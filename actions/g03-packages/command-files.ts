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
  const mayRun = document.test(path) && !agentFile.test(path) ? inCode(text) : () => true;
  const lines = text.split('\n');
  let offset = 0;
  const starts = lines.map((line) => { const at = offset; offset += line.length + 1; return at; });
  return commandsIn(text).flatMap(({ ecosystem, name, at, program }): Reference[] => {
    if (!mayRun(at) || !isName(ecosystem, name) || (program && locals.programs.has(name)) || (ecosystem === 'npm' && (locals.members.has(name) || locals.fromElsewhere.has(name)))) return [];
    // The arguments may go on for lines: the reference stands where its name does.
    const named = text.indexOf(name.replace(/^create-/, ''), at);
    const from = named < 0 ? at : named;
    return [{ ecosystem, name, path, line: starts.findLastIndex((start) => start <= from) + 1, where: 'install command' }];
  });
}

/** Whether a place in a document is code: a fence, an indented block, a code span, or a line that is nothing but the command. */
function inCode(text: string): (at: number) => boolean {
  return (at) => {
    const start = text.lastIndexOf('\n', at - 1) + 1;
    const fences = text.slice(0, start).match(/^[ \t]*(?:[-*>]\s*)*(```|~~~)/gm)?.length ?? 0;
    if (fences % 2 === 1) return true;
    const lead = text.slice(start, at);
    const ticks = lead.split('`').length - 1;
    return ticks % 2 === 1 || /^(\s{4,}|\t)/.test(lead) || /^\s*([$>%]\s*)?(sudo\s+)?[\w.-]+(\s+-?[\w-]+){0,4}\s*$/.test(lead) && /^\s*([$>%]\s*)?(sudo\s+)?(npm|npx|pnpm|pnpx|yarn|bun|bunx|pip[\d.]*|pipx|python[\d.]*|uv|uvx|poetry|pdm|rye|pipenv|go)\b/.test(lead);
  };
}
