import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { parseCommands } from './command.ts';
import { code, codeBlock, plain, table } from './markdown.ts';

type Root = ReturnType<typeof fromMarkdown>;

function read(markdown: string): Root {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

function kinds(node: Root | Root['children'][number]): string[] {
  return [node.type, ...('children' in node ? node.children.flatMap((child) => kinds(child as Root['children'][number])) : [])];
}

// Made of what Markdown and GitHub give a meaning to.
const hostile = fc.array(fc.constantFrom('`', '```', '*', '_', '[a](https://x.test)', '![', '](', '<b>', '<!--', '-->', '@ada', '#12', '~~', '|', '\n', '\n\n', '> ', '# ', '- ', '1. ', '\\', '&#64;', 'https://x.test', 'www.x.test', '/approve', 'text', ' ', '\u202e', '\u200b'), { maxLength: 12 }).map((parts) => parts.join(''));

describe('untrusted text', () => {
  it('stays one line of text: nothing in it links, formats, mentions or embeds', () => {
    fc.assert(fc.property(hostile, (text) => {
      const line = plain(text);
      expect(line).not.toMatch(/[@<>\n]|(?<!&)#/);
      expect(kinds(read(`a ${line} b`)).filter((kind) => !['root', 'paragraph', 'text'].includes(kind)), line).toEqual([]);
    }));
  });

  it('as code, stays inside the code', () => {
    fc.assert(fc.property(hostile, (text) => {
      const found = kinds(read(`a ${code(text.replaceAll('\n', ' '))} b`));
      expect(found.filter((kind) => !['root', 'paragraph', 'text', 'inlineCode'].includes(kind)), text).toEqual([]);
    }));
  });

  it('as a block, stays inside the block', () => {
    fc.assert(fc.property(hostile, (text) => {
      expect(kinds(read(`before\n\n${codeBlock(text)}\n\nafter`))).toEqual(['root', 'paragraph', 'text', 'code', 'paragraph', 'text']);
    }));
  });

  it('is never a command in what Assay writes', () => {
    fc.assert(fc.property(hostile, (text) => {
      expect(parseCommands(plain(`/approve ${text}`)).filter(({ name }) => name !== 'malformed' && name !== 'approve')).toEqual([]);
      expect(parseCommands(codeBlock(`/approve ${text}`))).toEqual([]);
    }));
  });
});

it('long text is cut and says so', () => {
  expect(plain('x'.repeat(400)).length).toBeLessThanOrEqual(301);
  expect(codeBlock('x'.repeat(9_000))).toContain('(1000 more characters)');
});

it('a cell cannot leave its column', () => {
  expect(table(['a', 'b'], [['one|two', 'three\nfour']])).toBe('| a | b |\n| --- | --- |\n| one&#124;two | three<br>four |');
});
