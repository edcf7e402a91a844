/** Model cards of a tree, and which of the required fields one fills: a heading, a front matter key, a bold or table label, with words behind it that say something. */
import type { GuardFacts } from '../../app/core/guardrail.ts';
import pack from '../../rulepacks/model-card/fields.json' with { type: 'json' };

const named = /(^|\/)(model[-_ ]?cards?)([-_.][\w.-]*)?\.(md|mdx|markdown|ya?ml)$|(^|\/)model[-_]?cards?\/[^/]+\.(md|mdx|markdown|ya?ml)$/i;
const aside = /(^|\/)(tests?|fixtures?|testdata|cases|node_modules|vendor|actions|rulepacks|templates?)\//i;
const unfilled = new Set(pack.unfilled);

export function cardsOf({ paths, read }: Pick<GuardFacts, 'paths' | 'read'>): { path: string; text: string }[] {
  return paths.filter((path) => (named.test(path) || /(^|\/)models\/[^/]+\/README\.md$/i.test(path)) && !aside.test(path)).flatMap((path) => {
    const text = read(path);
    return text === null ? [] : [{ path, text }];
  });
}

/** Names of the required fields that the cards together do not fill. */
export function lackingIn(texts: readonly string[]): string[] {
  const filled = new Set(texts.flatMap((text) => labelled(text)).filter(({ content }) => says(content)).map(({ label }) => label));
  return pack.fields.filter(({ words }) => !words.some((word) => filled.has(word))).map(({ name }) => name);
}

function says(content: string): boolean {
  const words = content.replace(/<!--[\s\S]{0,2000}?-->/g, ' ').replace(/[*_`>|#-]+/g, ' ').trim();
  return words.length >= 2 && !unfilled.has(words.toLowerCase().replace(/[.…]+$/, '') || '...') && !/^(todo|tbd)\b/i.test(words);
}

/** Each label with what stands behind it on its line, or below its heading up to the next one of its rank or above. */
function labelled(text: string): { label: string; content: string }[] {
  const rows = text.split('\n').map((row) => row.slice(0, 2000));
  return rows.flatMap((row, index) => {
    const heading = /^(#{1,6})\s+(.+?)\s*#*$/.exec(row);
    if (heading) return [{ label: plain(heading[2]!), content: below(rows, { from: index + 1, rank: heading[1]!.length }) }];
    const [, label, content] = /^\s*(?:[-*]\s+)?(?:\*\*|__)([^*_]{2,80})(?:\*\*|__)\s*:?\s*(.*)$/.exec(row) ?? /^\s*\|\s*([^|]{2,80}?)\s*\|(.*)$/.exec(row) ?? /^([A-Za-z_][\w -]{1,60}):\s+(.+)$/.exec(row) ?? [];
    return label === undefined ? [] : [{ label: plain(label), content: content ?? '' }];
  });
}

function below(rows: readonly string[], { from, rank }: { from: number; rank: number }): string {
  const rest = rows.slice(from);
  const end = rest.findIndex((row) => (/^(#{1,6})\s/.exec(row)?.[1]?.length ?? 7) <= rank);
  return (end < 0 ? rest : rest.slice(0, end)).filter((row) => !/^#{1,6}\s/.test(row)).join(' ').slice(0, 5000);
}

function plain(label: string): string {
  return label.toLowerCase().replace(/[*_`]/g, (mark) => (mark === '_' ? '_' : '')).replace(/[:.]+$/, '').replace(/^\d+[.)]\s*/, '').trim();
}
