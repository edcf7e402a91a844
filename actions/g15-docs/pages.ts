/** Markdown read by a parser: its links with their lines, its headings as anchors, its code as lines. */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

export interface Link {
  url: string;
  line: number;
}
export interface CodeLine {
  text: string;
  line: number;
  /** All lines of its block: what came before a command may have led elsewhere. Null: words in a sentence, which may be an example. */
  block: string | null;
}
export interface Page {
  links: Link[];
  anchors: ReadonlySet<string>;
  code: CodeLine[];
}

interface Node {
  type: string;
  url?: string;
  value?: string;
  lang?: string | null;
  children?: Node[];
  position?: { start: { line: number }; end: { line: number } } | undefined;
}

/** Longer texts are data. */
const maxLength = 500_000;
const shells = /^(|sh|bash|shell|zsh|console|shell-session|shellsession|terminal|text)$/i;

export function pageOf(text: string): Page {
  const page = { links: [] as Link[], anchors: new Set<string>(), code: [] as CodeLine[] };
  if (text.length > maxLength) return page;
  // Front matter is no Markdown; its lines stay, so that numbers hold.
  const body = text.replace(/^---\n[^]*?\n---(?=\n|$)/, (matter) => matter.replace(/[^\n]/g, ' '));
  const open: Node[] = [fromMarkdown(body, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }) as Node];
  const seen = new Map<string, number>();
  for (let node = open.pop(); node; node = open.pop()) {
    read(node, { page, seen });
    open.push(...(node.children ?? []).toReversed());
  }
  for (const match of text.matchAll(/<a\s[^>]{0,200}?(?:name|id)=["']?([^"'\s>]{1,200})|\sid=["']([^"']{1,200})["']|\{#([\w-]{1,100})\}/g)) page.anchors.add((match[1] ?? match[2] ?? match[3])!);
  return page;
}

function read(node: Node, { page, seen }: { page: { links: Link[]; anchors: Set<string>; code: CodeLine[] }; seen: Map<string, number> }): void {
  const line = node.position?.start.line ?? 0;
  if (['link', 'image', 'definition'].includes(node.type) && node.url !== undefined) page.links.push({ url: node.url, line });
  if (node.type === 'heading') page.anchors.add(anchorOf(words(node), seen));
  if (node.type === 'inlineCode') page.code.push({ text: node.value ?? '', line, block: null });
  if (node.type !== 'code' || !shells.test(node.lang ?? '')) return;
  const fenced = node.position !== undefined && node.position.end.line - line === (node.value ?? '').split('\n').length + 1;
  (node.value ?? '').split('\n').forEach((text, index) => page.code.push({ text, line: line + index + (fenced ? 1 : 0), block: node.value ?? '' }));
}

function words(node: Node): string {
  return node.value ?? (node.children ?? []).map(words).join('');
}

/** As GitHub names headings; the second one of a name gets a number. */
function anchorOf(text: string, seen: Map<string, number>): string {
  const slug = text.trim().toLowerCase().replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '').replace(/\s/g, '-');
  const times = seen.get(slug) ?? 0;
  seen.set(slug, times + 1);
  return times === 0 ? slug : `${slug}-${times}`;
}
