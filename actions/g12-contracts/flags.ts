/** Commands in Markdown and workflows that call a program of this repository (a `bin` of its package.json) with a flag that no code here spells. Reported, since a program may hand flags on. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';

const Bin = z.looseObject({ name: z.string().optional(), bin: z.union([z.string(), z.record(z.string(), z.string())]).optional() });
const code = /\.([cm]?[jt]sx?|py|go|sh)$/;
const general = new Set(['help', 'version', 'h', 'v']);

export function flagFindings(facts: GuardFacts): RawFinding[] {
  const tools = binsIn(facts);
  const documents = facts.changed.filter(({ path }) => /\.(md|mdx|ya?ml)$/i.test(path) && !/(^|\/)(node_modules|fixtures?|cases|testdata|corpora)\/|change(log|s)/i.test(path));
  if (tools.length === 0 || documents.length === 0) return [];
  const call = new RegExp(`(?:^|[\\s\`$])(?:npx\\s+|pnpm\\s+|yarn\\s+)?(${tools.map((tool) => tool.replace(/[^\w-]/g, '\\$&')).join('|')})\\s+([^\`|;&<>\\n]{0,400})`, 'g');
  const spelled = spellings(facts);
  return documents.flatMap((file) => linesOf(file).flatMap(({ text, line }) => [...text.matchAll(call)].flatMap(([, tool, rest]) => flagsOf(rest!).filter((flag) => !spelled(flag)).map((flag): RawFinding => ({
    code: 'FLAG_MISSING', path: file.path, startLine: line, endLine: line, severity: 'info', values: { tool: tool!, flag: `--${flag}` },
  })))));
}

function binsIn({ paths, readBase, read }: GuardFacts): string[] {
  return paths.filter((path) => /(^|\/)package\.json$/.test(path) && !/(^|\/)(node_modules|fixtures?|cases|examples?)\//.test(path)).flatMap((path) => {
    try {
      const { name, bin } = Bin.parse(JSON.parse(readBase(path) ?? read(path) ?? '{}'));
      return typeof bin === 'string' ? [name?.split('/').at(-1) ?? ''] : Object.keys(bin ?? {});
    } catch (thrown) {
      if (thrown instanceof SyntaxError || thrown instanceof z.ZodError) return [];
      throw thrown;
    }
  }).filter((name) => /^[a-z][\w-]+$/i.test(name));
}

/** Lines that are commands: of fenced blocks and inline code in Markdown, all of a workflow. */
function linesOf(file: ChangedText): { text: string; line: number }[] {
  let fenced = !/\.(md|mdx)$/i.test(file.path);
  const all = fenced;
  return file.text.split('\n').flatMap((text, index) => {
    if (!all && /^\s*(```|~~~)/.test(text)) fenced = !fenced;
    const shown = fenced ? text : [...text.slice(0, 2000).matchAll(/`([^`]+)`/g)].map((match) => match[1]).join(' \n ');
    return file.changedLines.has(index + 1) && shown !== '' ? [{ text: shown, line: index + 1 }] : [];
  });
}

/** After ` -- ` flags belong to another program. */
function flagsOf(rest: string): string[] {
  return [...rest.split(/\s--\s/)[0]!.replace(/\s#.*$/, '').matchAll(/(?:^|[\s[(|])--(?:no-)?([a-z][\w-]*)/gi)].map((match) => match[1]!).filter((flag) => !general.has(flag));
}

function spellings({ paths, read }: GuardFacts): (flag: string) => boolean {
  const texts = paths.filter((path) => code.test(path) && !/(^|\/)node_modules\//.test(path)).map((path) => read(path) ?? '');
  return (flag) => {
    const camel = flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return texts.some((text) => text.includes(flag) || text.includes(camel));
  };
}
