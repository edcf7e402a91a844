/** Pages without a framework: escaped text in, one self-contained document out. No script, no outside asset, readable at any size. */

/** Marks a string that is HTML already; everything else is escaped. */
export interface Html { html: string }

export function html(parts: TemplateStringsArray, ...values: (Html | Html[] | string | number | null)[]): Html {
  const text = parts.reduce((all, part, index) => all + part + (index < values.length ? render(values[index] ?? null) : ''), '');
  return { html: text };
}

function render(value: Html | Html[] | string | number | null): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map((one) => one.html).join('');
  return typeof value === 'object' ? value.html : escape(String(value));
}

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '�');
}

export interface Page {
  title: string;
  body: Html;
  /** Seconds after which the browser asks again; absent: never. */
  refresh?: number;
}

export function page({ title, body, refresh }: Page): string {
  const reload = refresh ? html`<meta http-equiv="refresh" content="${refresh}">` : html``;
  return `<!doctype html>\n${html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${reload}<title>${title} – Assay</title><style>${{ html: style }}</style></head>
<body><a class="skip" href="#main">Skip to the content</a><header><a href="/">Assay</a></header><main id="main"><h1>${title}</h1>${body}</main></body></html>`.html}\n`;
}

const style = `
:root{color-scheme:light dark;--line:#8884;--pass:#1a7f37;--fail:#b3261e;--wait:#7a5b00}
@media (prefers-color-scheme:dark){:root{--pass:#4ac26b;--fail:#ff7b72;--wait:#e3b341}}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:70rem;padding:1rem}
header{border-bottom:1px solid var(--line);padding-bottom:.5rem;font-weight:600}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0;width:100%}th,td{border-bottom:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}
code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
.pass::before{content:"✓ "}.fail::before{content:"✗ "}.wait::before{content:"… "}.pass{color:var(--pass)}.fail{color:var(--fail)}.wait{color:var(--wait)}
`;

/** A table that scrolls sideways by itself on a narrow screen; `caption` is what a screen reader announces. */
export function tableOf(caption: string, head: string[], rows: (Html | string | number)[][]): Html {
  if (rows.length === 0) return html`<p>${caption}: none.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** A verdict in colour and, for those who see none, in a sign and a word. */
export function verdict(outcome: string): Html {
  const kind = outcome === 'pass' || outcome === 'not_applicable' ? 'pass' : ['running', 'queued', 'waiting', 'neutral'].includes(outcome) ? 'wait' : 'fail';
  return html`<span class="${kind}">${outcome}</span>`;
}
