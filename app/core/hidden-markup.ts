/** HTML in a Markdown text that a reader of the rendered page does not see: found in one pass, taken out and reported. */
const voidElements = new Set(['img', 'input', 'meta', 'link', 'br', 'hr', 'source', 'wbr']);
const unseen = new Set(['script', 'style', 'template', 'noscript', 'iframe', 'object', 'svg', 'title']);
const concealing = /\bhidden\b|display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0|font-size\s*:\s*0/i;

export function withoutHiddenElements(text: string, removed: string[]): string {
  const lower = text.toLowerCase();
  const kept: string[] = [];
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf('<', at);
    if (start < 0) break;
    const found = elementAt(lower, start);
    kept.push(text.slice(at, start), found.what ? found.instead : text.slice(start, found.end));
    if (found.what) removed.push(`${found.what}: ${excerpt(text.slice(start, found.end))}`);
    at = found.end;
  }
  return kept.join('') + text.slice(at);
}

interface Found {
  /** What it is, in words; null where it stays. */
  what: string | null;
  instead: string;
  end: number;
}

/** The hidden element that starts here, or how far to go on. What is not closed hides all that follows, as in a browser. */
function elementAt(lower: string, start: number): Found {
  if (lower.startsWith('<!--', start)) return { what: 'HTML comment', instead: '', end: after(lower, '-->', start + 2) };
  const name = /^<([a-z][a-z0-9-]*)/.exec(lower.slice(start, start + 60))?.[1];
  const close = lower.indexOf('>', start);
  if (!name || close < 0) return { what: null, instead: '', end: name ? lower.length : start + 1 };
  const tag = lower.slice(start, close + 1);
  const what = kindOf(name, tag);
  if (!what || voidElements.has(name)) return { what, instead: name === 'img' ? '[image]' : '', end: close + 1 };
  const closing = lower.indexOf(`</${name}`, close);
  return { what, instead: '', end: closing < 0 ? lower.length : after(lower, '>', closing) };
}

function kindOf(name: string, tag: string): string | null {
  if (name === 'img') return 'image description';
  if (name === 'details' && !/\sopen\b/.test(tag)) return 'collapsed section';
  if (unseen.has(name)) return `${name} element`;
  return concealing.test(tag) ? 'hidden element' : null;
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

/** One line of at most 200 characters. */
export function excerpt(text: string): string {
  const line = text.slice(0, 2_000).replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
