/** The three pages of the set-up, as text. Pure; everything that is not written here is escaped. */
import type { Problem } from '../core/errors.ts';

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

// Colours keep 4.5:1 in both schemes; nothing is fetched from anywhere.
const style = `
  :root { color-scheme: light dark; }
  body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color: #1b1f24; background: #fff; }
  code { font: 0.95em ui-monospace, monospace; overflow-wrap: anywhere; }
  label, button, input { display: block; font: inherit; }
  input { margin: .3rem 0 1rem; padding: .5rem; border: 1px solid #59636e; border-radius: 6px; width: 100%; box-sizing: border-box; }
  button { padding: .6rem 1.2rem; border: 1px solid #1b1f24; border-radius: 6px; background: #1a7f37; color: #fff; cursor: pointer; }
  button.plain { background: #fff; color: #1b1f24; }
  :focus-visible { outline: 3px solid #0969da; outline-offset: 2px; }
  .note { border-left: 4px solid #9a6700; padding-left: 1rem; }
  @media (prefers-color-scheme: dark) {
    body { color: #f0f3f6; background: #0a0c10; } a { color: #71b7ff; } button.plain { background: #0a0c10; color: #f0f3f6; } button { border-color: #f0f3f6; }
  }`;

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – Assay</title><style>${style}</style></head>
<body><main>
<h1>${title}</h1>
${body}
</main></body>
</html>
`;
}

export interface Start {
  action: string;
  manifest: string;
  organization: string;
  reachable: boolean;
}

export function startPage({ action, manifest, organization, reachable }: Start): string {
  const where = organization ? `the organization <strong>${escapeHtml(organization)}</strong>` : 'your own account';
  return page('Set up Assay', `
<p>This server has no GitHub credentials yet. GitHub will create an App for you, with the permissions that it shows you first, and hand its key to this server. The key is kept in a file that only this server's account can read; nothing is sent anywhere else.</p>
${reachable ? '' : '<p class="note" role="note">This server\'s address is on this machine only, so GitHub cannot deliver events to it. Set <code>PUBLIC_URL</code> to an address that GitHub reaches and restart, or go on for a trial: Assay then looks for changes by itself, only less promptly.</p>'}
<form method="get" action="/">
  <label for="organization">Organization that shall own the App (empty: your own account)</label>
  <input id="organization" name="organization" value="${escapeHtml(organization)}" autocomplete="organization" spellcheck="false">
  <button class="plain" type="submit">Use this owner</button>
</form>
<h2>Create the App</h2>
<form method="post" action="${escapeHtml(action)}">
  <input type="hidden" name="manifest" value="${escapeHtml(manifest)}">
  <p>It will belong to ${where}.</p>
  <button type="submit">Create the App at GitHub</button>
</form>`);
}

export function donePage({ file, slug, installUrl }: { file: string; slug: string; installUrl: string }): string {
  return page('The App exists', `
<p role="status">GitHub created <strong>${escapeHtml(slug)}</strong>. Its credentials are in <code>${escapeHtml(file)}</code>.</p>
<ol>
  <li><a href="${escapeHtml(installUrl)}">Install it</a> on the repositories that it shall guard.</li>
  <li>Restart this server: <code>npm start</code>.</li>
  <li>Ask what is still missing: <code>npx assay doctor --repo owner/name</code>.</li>
</ol>`);
}

export function failedPage(problem: Problem): string {
  return page('The set-up stopped', `
<p role="alert"><code>${escapeHtml(problem.code)}</code>: ${escapeHtml(problem.message)}.</p>
<p>${escapeHtml(problem.remedy)}</p>
<p><a href="/">Back to the start</a></p>`);
}
