/**
 * Characters that a person does not see and a machine reads: direction controls, zero-width and filler characters, tag characters, runs of variation selectors,
 * letters of another script that look like Latin ones. What emoji and living scripts need is let through.
 */
import { hasConfusables } from 'anti-trojan-source';
import type { Hit } from '../../app/core/finding.ts';
import { clip, seen, visible } from '../../app/core/visible.ts';
import { isProse } from './surface.ts';

const bidi = /[\u202a-\u202e\u2066-\u2069]/u;
const tags = /[\u{e0000}-\u{e007f}]/u;
const flag = /\u{1f3f4}[\u{e0020}-\u{e007e}]{2,6}\u{e007f}/gu;
const invisible = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}]/gu;
const selectorRun = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{2,}|[\u{e0100}-\u{e01ef}](?<![\p{Script=Han}][\u{e0100}-\u{e01ef}])/u;
const joins = /[\p{Extended_Pictographic}\ufe0f\p{Emoji_Modifier}\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Malayalam}\p{Script=Kannada}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Sinhala}\p{Script=Oriya}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Mongolian}\p{Script=Hebrew}\p{Script=Syriac}]/u;

export function hiddenHits(path: string, text: string): Hit[] {
  if (!/[^\x00-\x7f]/.test(text)) return [];
  const body = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text;
  const flagged = new Set((hasConfusables({ sourceText: body, detailed: true }) as { line: number }[]).map((each) => each.line));
  return body.split('\n').flatMap((line, index) => (/[^\x00-\x7f]/.test(line) ? lineHits(line, { path, number: index + 1, flagged: flagged.has(index + 1) }) : []));
}

function lineHits(line: string, where: { path: string; number: number; flagged: boolean }): Hit[] {
  const prose = isProse(where.path);
  const values = { seen: clip(seen(line).trim(), 120), hidden: clip(visible(line).trim(), 240) };
  const hit = (code: string, extra: Partial<Hit> = {}): Hit[] => [{ code, startLine: where.number, endLine: where.number, values, ...extra }];
  if (bidi.test(line) && (where.flagged || !prose)) return hit('BIDI_CONTROL');
  const untagged = line.replace(flag, '');
  if (tags.test(untagged)) return hit('TAG_CHARACTERS', { values: { ...values, hidden: clip(untag(untagged), 240) } });
  if (selectorRun.test(line)) return hit('INVISIBLE_TEXT');
  const count = strays(line);
  // One stray character in prose is a slip of a word processor; several are a message.
  if (count > 0) return hit('INVISIBLE_TEXT', prose && count < 4 ? { severity: 'info' } : {});
  return prose ? [] : homoglyphs(line, where.number);
}

/** Invisible characters that no emoji and no script around them needs. */
function strays(line: string): number {
  let count = 0;
  for (const match of line.matchAll(invisible)) {
    const before = Array.from(line.slice(Math.max(0, match.index - 2), match.index)).at(-1) ?? '';
    const after = Array.from(line.slice(match.index + match[0].length, match.index + match[0].length + 2))[0] ?? '';
    if (!/[\u200c\u200d\u200e\u200f\u061c\u180b-\u180e]/.test(match[0]) || !(joins.test(before) || joins.test(after))) count += 1;
  }
  return count;
}

/** The text that tag characters spell, in place of them. */
function untag(line: string): string {
  return visible(Array.from(line, (char) => {
    const code = char.codePointAt(0)!;
    return code >= 0xe0020 && code <= 0xe007e ? String.fromCodePoint(code - 0xe0000) : char;
  }).join(''));
}

// Look-alikes of Latin letters: Cyrillic, Greek, Armenian; full-width and mathematical forms are folded by normalisation.
const looks: Record<string, string> = {
  а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', у: 'y', х: 'x', і: 'i', ј: 'j', ѕ: 's', һ: 'h', ԁ: 'd', ԛ: 'q', ԝ: 'w', ь: 'b', к: 'k', м: 'm', н: 'h', т: 't', г: 'r', п: 'n', ԍ: 'g', ӏ: 'l', ѵ: 'v',
  А: 'A', В: 'B', Е: 'E', К: 'K', М: 'M', Н: 'H', О: 'O', Р: 'P', С: 'C', Т: 'T', У: 'Y', Х: 'X', І: 'I', Ј: 'J', Ѕ: 'S', Ԛ: 'Q', Ԝ: 'W', З: '3',
  ο: 'o', ν: 'v', ρ: 'p', ι: 'i', κ: 'k', υ: 'u', χ: 'x', Α: 'A', Β: 'B', Ε: 'E', Ζ: 'Z', Η: 'H', Ι: 'I', Κ: 'K', Μ: 'M', Ν: 'N', Ο: 'O', Ρ: 'P', Τ: 'T', Υ: 'Y', Χ: 'X', օ: 'o', ո: 'n', ս: 'u', հ: 'h', ց: 'g',
};

function homoglyphs(line: string, number: number): Hit[] {
  for (const [word] of line.matchAll(/[\p{L}\p{N}_$]+/gu)) {
    const folded = Array.from(word, (char) => looks[char] ?? (/[\uff00-\uffef\u{1d400}-\u{1d7ff}]/u.test(char) ? char.normalize('NFKC') : char)).join('');
    const foreign = folded !== word && /^[\w$]+$/.test(folded) && /[A-Za-z]/.test(word.replace(/[^\x00-\x7f]/g, ''));
    // A word wholly in another script is a word of that language; mixed with Latin letters it is a disguise.
    if (foreign && !/^[\d.]*[µμΩ]\w{0,2}$/u.test(word)) {
      const escaped = Array.from(word, (char) => (char.charCodeAt(0) > 127 ? `⟨U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩` : char)).join('');
      return [{ code: 'HOMOGLYPH_IDENTIFIER', startLine: number, endLine: number, values: { name: word, looks: folded, hidden: escaped } }];
    }
  }
  return [];
}
