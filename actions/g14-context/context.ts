/** Whether somebody said why: a link to an intent, a decision record in the change or linked, or a stated reason for none. */
import type { GuardFacts } from '../../app/core/guardrail.ts';

const issue = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|refs?|references?|part of|relates? to|related to|implements?|for|see|intent|issue|ticket)\b\s*:?\s*(?:[\w.-]+\/[\w.-]+#[1-9]\d*|#[1-9]\d*|https?:\/\/[^\s/]{1,200}\/\S{0,300}(?:issues|browse|issue|work_items)\/[\w-]+)/i;
/** A tracker's key, such as SHOP-7; names of standards look alike. */
const key = /\b(?:[Cc]lose[sd]?|[Ff]ix(?:e[sd])?|[Rr]esolve[sd]?|[Rr]efs?|[Pp]art of|[Rr]elated to|[Ii]mplements?|[Ii]ssue|[Tt]icket)\b\s*:?\s*(?!UTF-|SHA-|ISO-|RFC-|CVE-|GHSA-|AES-|PEP-)[A-Z][A-Z0-9]{1,9}-[1-9]\d*\b/;
/** With a reason: three words at least. */
const none = /\badr:\s*none\b[\s,–-]*because\s+\S+\s+\S+\s+\S+/i;
export const record = /(^|\/)(adrs?|decisions?|decision[-_]records?|architecture[-_]decisions?|rfcs?)\/[^/]+\.(md|mdx|adoc|rst|txt)$/i;

export function hasContext({ pull, messages, changed, paths }: Pick<GuardFacts, 'pull' | 'messages' | 'changed' | 'paths'>): boolean {
  const said = [...(pull === null ? [] : [pull.title, pull.body]), ...messages].map((text) => withoutComments(text.slice(0, 100_000)));
  return said.some((text) => issue.test(text) || key.test(text) || none.test(text)) || changed.some(({ path, text }) => record.test(path) && text.trim().length > 100)
    || paths.some((path) => record.test(path) && said.some((text) => text.includes(path)));
}

/** The template's words are nobody's. By position, since a pattern could be made to run for hours. */
function withoutComments(text: string): string {
  const kept: string[] = [];
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf('<!--', at);
    kept.push(text.slice(at, start < 0 ? text.length : start));
    const end = start < 0 ? -1 : text.indexOf('-->', start + 4);
    // One that is never closed hides all that follows, as it does on the page.
    at = end < 0 ? text.length : end + 3;
  }
  return kept.join(' ');
}
