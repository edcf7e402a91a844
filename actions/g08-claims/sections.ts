/** A Markdown text as sections – from one heading to the next – with their sentences outside of code and quotations, and all that could be evidence. */
import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

export interface Sentence {
  text: string;
  startLine: number;
  endLine: number;
  /** Links of the same paragraph or table row. */
  links: string[];
  /** A row of figures is what a bench prints, and shows what it says. */
  inTable: boolean;
}

export interface Section {
  sentences: Sentence[];
  links: string[];
  /** Code spans: a path among them counts as a link to it. */
  spans: string[];
  images: string[];
  /** What `[evidence: path]` and `<!-- evidence: path -->` name. */
  named: { target: string; line: number }[];
}

interface Reading {
  section: Section;
  definitions: ReadonlyMap<string, string>;
  /** Links of the block that is being read. */
  block: string[];
}

export function sectionsOf(text: string): Section[] {
  const root: Root = fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const definitions = new Map(root.children.flatMap((node) => (node.type === 'definition' ? [[node.identifier, node.url] as const] : [])));
  const sections: Section[] = [empty()];
  for (const node of root.children) {
    if (node.type === 'heading') sections.push(empty());
    walk(node, { section: sections.at(-1)!, definitions, block: [] });
  }
  return sections;
}

function empty(): Section {
  return { sentences: [], links: [], spans: [], images: [], named: [] };
}

function walk(node: Nodes, reading: Reading): void {
  const { section } = reading;
  if (node.type === 'blockquote' || node.type === 'code') return;
  if (node.type === 'html') section.named.push(...comments(node.value, node));
  if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableRow') {
    const block: string[] = [];
    const text = flat(node, { ...reading, block });
    section.named.push(...marks(text, /\[evidence:\s*([^\]\n]{1,300})\]/g, node));
    section.links.push(...block);
    section.sentences.push(...sentences(text, node).map((sentence) => ({ ...sentence, links: block, inTable: node.type === 'tableRow' })));
    return;
  }
  if ('children' in node) for (const child of node.children) walk(child, reading);
}

/** The words of a block; code and link addresses are no words. */
function flat(node: Nodes, reading: Reading): string {
  const { section, definitions, block } = reading;
  switch (node.type) {
    case 'text': return node.value;
    case 'inlineCode': section.spans.push(node.value); return ' … ';
    case 'html': section.named.push(...comments(node.value, node)); return ' ';
    case 'break': return ' ';
    case 'image': section.images.push(node.url); return ' ';
    case 'imageReference': section.images.push(definitions.get(node.identifier) ?? ''); return ' ';
    case 'link': block.push(node.url); break;
    case 'linkReference': block.push(definitions.get(node.identifier) ?? ''); break;
    case 'tableCell': return `${node.children.map((child) => flat(child, reading)).join('')} | `;
  }
  return 'children' in node ? node.children.map((child) => flat(child, reading)).join('') : '';
}

function sentences(text: string, { position }: Nodes): Omit<Sentence, 'links' | 'inTable'>[] {
  const startLine = position?.start.line ?? 0;
  const endLine = position?.end.line ?? startLine;
  let line = startLine;
  return text.split(/(?<=[.!?;])\s/).flatMap((part) => {
    const from = line;
    line += part.split('\n').length - 1;
    const words = part.replace(/\s+/g, ' ').trim();
    return words === '' ? [] : [{ text: words.slice(0, 2000), startLine: Math.min(from, endLine), endLine: Math.min(line, endLine) }];
  });
}

function comments(html: string, node: Nodes): Section['named'] {
  return marks(html, /<!--\s*evidence:\s*(\S{1,300})\s*-->/g, node);
}

function marks(text: string, pattern: RegExp, { position }: Nodes): Section['named'] {
  return [...text.matchAll(pattern)].map((match) => ({ target: match[1]!.trim(), line: (position?.start.line ?? 1) + text.slice(0, match.index).split('\n').length - 1 }));
}
