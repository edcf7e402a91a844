/** Packages in install commands: in Markdown code, Dockerfiles, workflows and shell scripts. */
import type { ChangedText } from '../../app/core/guardrail.ts';
import type { Ecosystem } from '../../app/core/guardrail.ts';
import { type Reference, isName } from './reference.ts';

const commands: { ecosystem: Ecosystem; regex: RegExp; first?: true }[] = [
  { ecosystem: 'npm', regex: /(?:^|[\s`"'&|;(\[$])(?:npm\s+(?:i|install|add|isntall)|pnpm\s+(?:add|i|install)|yarn\s+(?:global\s+)?add|bun\s+(?:add|i|install))(?=\s)([^\n`&|;)#<>]*)/g },
  { ecosystem: 'npm', first: true, regex: /(?:^|[\s`"'&|;(\[$])(?:npx|bunx|pnpm\s+dlx|yarn\s+dlx|npm\s+(?:exec|x))(?=\s)([^\n`&|;)#<>]*)/g },
  { ecosystem: 'pypi', regex: /(?:^|[\s`"'&|;(\[$!])(?:(?:python[\d.]*\s+-m\s+)?pip[\d.]*\s+install|uv\s+(?:pip\s+install|add|tool\s+install)|poetry\s+add|pdm\s+add|pipx\s+install|pipenv\s+install)(?=\s)([^\n`&|;)#]*)/g },
  { ecosystem: 'pypi', first: true, regex: /(?:^|[\s`"'&|;(\[$])(?:uvx|pipx\s+run)(?=\s)([^\n`&|;)#<>]*)/g },
  { ecosystem: 'go', regex: /(?:^|[\s`"'&|;(\[$])go\s+(?:get|install)(?=\s)([^\n`&|;)#<>]*)/g },
];
const withValue = /^(-r|-c|-f|-e|-i|-t|--requirement|--constraint|--editable|--index-url|--extra-index-url|--find-links|--prefix|--registry|--target|--python|-p|--package|--group|-G|--cache|--tag|--filter|-C|--cwd|--dir|-w|--workspace)$/;

export function commandReferences({ path, text }: Pick<ChangedText, 'path' | 'text'>): Reference[] {
  if (!/\.(md|mdx|mdc|markdown|rst|txt|sh|bash|zsh|ya?ml|ps1|toml|adoc)$|(^|\/)(Dockerfile|Containerfile|Makefile|justfile)|dockerfile$|(^|\/)\.(cursorrules|windsurfrules|clinerules)$/i.test(path) || /requirements[^/]*\.txt$/i.test(path)) return [];
  // A line that goes on after a backslash is one command; the line numbers stay as they are.
  const joined = text.replace(/\\\r?\n/g, (end) => ' '.repeat(end.length - 1) + '\u0001');
  return commands.flatMap(({ ecosystem, regex, first }) => [...joined.matchAll(regex)].flatMap((match) => {
    if (isProse(path, joined, match.index)) return [];
    const names = namesIn(ecosystem, match[1]!);
    const line = joined.slice(0, match.index + match[0].length - match[1]!.length).split(/[\n\u0001]/).length;
    return (first ? names.slice(0, 1) : names).map((name): Reference => ({ ecosystem, name, path, line, where: 'install command' }));
  }));
}

/** In Markdown only code counts: a fence, an indented block, a code span, or a line that is nothing but the command. */
function isProse(path: string, text: string, at: number): boolean {
  if (!/\.(md|mdx|mdc|markdown|rst|txt|adoc)$/i.test(path)) return false;
  const start = text.lastIndexOf('\n', at === 0 ? 0 : text[at] === '\n' ? at : at - 1) + 1;
  const before = text.slice(0, start);
  if ((before.match(/^\s*(```|~~~)/gm)?.length ?? 0) % 2 === 1) return false;
  const line = text.slice(start, text.indexOf('\n', start + 1) < 0 ? undefined : text.indexOf('\n', start + 1));
  const command = text.slice(at).trimStart();
  const lead = line.slice(0, Math.max(0, line.indexOf(command.slice(0, 5))));
  return !/`[^`]*$/.test(lead) && !/^(\s{4,}|\t|\s*[$>%]\s*)?$/.test(lead);
}

function namesIn(ecosystem: Ecosystem, args: string): string[] {
  const names: string[] = [];
  const parts = args.split(/[\s\u0001]+/).filter(Boolean);
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i]!.replace(/^["']+|["',.:]+$/g, '');
    if (withValue.test(part)) i += 1;
    else if (!part.startsWith('-')) {
      const name = bare(ecosystem, part);
      if (name === null) break;
      if (name !== '' && isName(ecosystem, name)) names.push(name);
    }
  }
  return names;
}

/** The name without version and extras; '' where it is no registry name; null where the command is over. */
function bare(ecosystem: Ecosystem, part: string): string | null {
  if (/^(&&|\|\||;|then|and|or|to|in|for|from|with|if|the|a|your|into|=>|->)$/.test(part)) return null;
  if (/^[./~]|:\/\/|^git\+|[$<>{}*\\]|\.(txt|whl|tgz|tar\.gz|toml|cfg)$|^(npm|github|git|file|link|workspace):/.test(part.replace(/[<>=~!].*$/, '')) || part === '') return '';
  if (ecosystem === 'npm') return part.replace(/(?<=.)@.*$/, '');
  if (ecosystem === 'pypi') return part.replace(/\[.*$/, '').replace(/[=<>!~;@].*$/, '');
  return part.replace(/@.*$/, '').replace(/\/\.\.\.$/, '');
}
