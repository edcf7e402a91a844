/**
 * Commands in comments. A command is one line of plain text at the top level of the Markdown; quoted, fenced, hidden, linked or emphasised
 * text is none, and a line that only looks like one (invisible or foreign characters) is named as malformed instead of being guessed at.
 */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

export const commandNames = ['approve', 'reject', 'revoke', 'retry', 'stop', 'budget', 'status', 'explain', 'waive'] as const;
export type CommandName = (typeof commandNames)[number];

export type Command =
  | { name: 'approve'; sha: string | null; digest: string | null }
  | { name: 'reject' | 'stop'; reason: string }
  | { name: 'revoke' | 'retry' | 'status' }
  | { name: 'budget'; usd: number | null }
  | { name: 'explain'; about: string | null }
  | { name: 'waive'; guardrail: string; about: string; until: string; reason: string; ticket: string }
  | { name: 'malformed'; line: string; why: string };

/** One line of help per command, shown by `/explain` and in every refusal of a malformed one. */
export const usage: Record<CommandName, string> = {
  approve: '/approve <sha7> [digest]',
  reject: '/reject <reason>',
  revoke: '/revoke',
  retry: '/retry',
  stop: '/stop [reason]',
  budget: '/budget [usd]',
  status: '/status',
  explain: '/explain [check]',
  waive: '/waive <guardrail> <CVE or fingerprint> until <YYYY-MM-DD> because <reason> ticket <id>',
};

// Stands where a node that is not plain text was; a line that holds one is no command.
const opaque = '\uFFFC';
// A comment longer than this is no command but a document; parsing it would only cost time.
const maxLength = 65_536;
// The slash and what passes for one in print.
const slash = /[/\u2044\u2215\uFF0F]/;

/** All commands of a comment, in order. Never throws. */
export function parseCommands(markdown: string): Command[] {
  if (markdown.length > maxLength || !slash.test(markdown)) return [];
  return plainLines(markdown).flatMap((line) => parseLine(line) ?? []);
}

type Node = ReturnType<typeof fromMarkdown>['children'][number];

function plainLines(markdown: string): string[] {
  const root = fromMarkdown(markdown.replaceAll('\r\n', '\n'), { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const lines: string[] = [];
  let hidden = 0;
  for (const node of root.children) {
    if (node.type === 'html') hidden = Math.max(0, hidden + openElements(node.value));
    else if (node.type === 'paragraph' && hidden === 0) lines.push(...linesOf(node));
  }
  return lines;
}

function linesOf(paragraph: Extract<Node, { type: 'paragraph' }>): string[] {
  const text = paragraph.children.map((child) => {
    if (child.type === 'text') return child.value;
    return child.type === 'break' ? '\n' : opaque;
  });
  return text.join('').split('\n').filter((line) => !line.includes(opaque));
}

/** Elements an HTML block opens and does not close: what follows is inside them, e.g. in a collapsed <details>. */
function openElements(html: string): number {
  const bare = html.replace(/<!--[\s\S]*?-->/g, '');
  const opened = bare.match(/<[a-z][^>]*[^/]>|<[a-z]>/gi)?.length ?? 0;
  const closed = bare.match(/<\/[a-z]/gi)?.length ?? 0;
  return opened - closed;
}

function parseLine(line: string): Command | null {
  const visible = line.replace(/[\p{Cf}\p{Mn}\u{E0000}-\u{E007F}]/gu, '').trim();
  const match = /^[/\u2044\u2215\uFF0F]\s?([\p{L}]+)(?:\s+(.*))?$/u.exec(visible);
  if (!match) return null;
  const name = commandNames.find((known) => known === match[1]!.normalize('NFKC').toLowerCase());
  if (!name) return null;
  if (visible !== line.trim() || !/^\/[a-z]+(?: |$)/.test(visible)) {
    return { name: 'malformed', line: visible, why: 'it holds invisible or foreign characters' };
  }
  return parseArguments(name, (match[2] ?? '').trim(), visible);
}

function parseArguments(name: CommandName, rest: string, line: string): Command {
  switch (name) {
    case 'approve': return parseApprove(rest, line);
    case 'reject': return rest ? { name, reason: rest } : { name: 'malformed', line, why: 'a rejection needs a reason' };
    case 'stop': return { name, reason: rest };
    case 'budget': return parseBudget(rest, line);
    case 'explain': return { name, about: rest || null };
    case 'waive': return parseWaive(rest, line);
    case 'revoke': case 'retry': case 'status':
      return rest ? { name: 'malformed', line, why: `/${name} takes nothing behind it` } : { name };
  }
}

function parseApprove(rest: string, line: string): Command {
  if (!rest) return { name: 'approve', sha: null, digest: null };
  const match = /^([0-9a-f]{7,64})(?: +(?:sha256:)?([0-9a-f]{7,64}))?$/.exec(rest);
  if (!match) return { name: 'malformed', line, why: 'it wants at least 7 hex digits of the SHA, and optionally of the digest' };
  return { name: 'approve', sha: match[1]!, digest: match[2] ?? null };
}

function parseWaive(rest: string, line: string): Command {
  const match = /^(G\d{2}|[a-z][a-z0-9-]*) +(\S{3,100}) +until +(\d{4}-\d{2}-\d{2}) +because +(.{3,400}?) +ticket +(\S{1,100})$/i.exec(rest);
  if (!match) return { name: 'malformed', line, why: 'it wants a guardrail, what is waived, the last day, the reason and the ticket' };
  return { name: 'waive', guardrail: match[1]!, about: match[2]!, until: match[3]!, reason: match[4]!, ticket: match[5]! };
}

function parseBudget(rest: string, line: string): Command {
  if (!rest) return { name: 'budget', usd: null };
  const match = /^\$?(\d{1,6}(?:\.\d{1,2})?)$/.exec(rest);
  return match ? { name: 'budget', usd: Number(match[1]) } : { name: 'malformed', line, why: 'it wants an amount in US dollars, e.g. /budget 25' };
}
