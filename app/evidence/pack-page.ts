/**
 * One HTML file that shows a pack and verifies it in any browser, offline: the files are inside it, the key is not. It is a function of the other files alone,
 * so that whoever verifies the pack can make it again. Everything it shows is set as text, never as markup.
 */
import { canonicalJson } from '../core/digest.ts';
import { packScript } from './pack-page-script.ts';

export const pageFile = 'index.html';

export function packPage(files: Record<string, string>): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Evidence pack – Assay</title><style>${style}</style></head>
<body><main><h1>Evidence pack</h1>
<p id="state" role="status">Give the public key of the App that signed it. It is never taken from the pack: get it from the App's <code>/key.pem</code> or from whoever runs it.</p>
<form id="ask"><label for="key">Public key (PEM)</label><textarea id="key" rows="4" spellcheck="false"></textarea><p><label>or from a file <input id="file" type="file"></label> <button>Verify</button></p></form>
<section aria-labelledby="verdicts-title"><h2 id="verdicts-title">Verdicts</h2><div class="scroll"><table id="verdicts"><thead><tr><th scope="col">evidence</th><th scope="col">verdict</th><th scope="col">digest</th></tr></thead><tbody></tbody></table></div></section>
<section aria-labelledby="files-title"><h2 id="files-title">Files</h2><div class="scroll"><table id="files"><thead><tr><th scope="col">file</th><th scope="col">state</th><th scope="col">SHA-256</th></tr></thead><tbody></tbody></table></div></section>
<section aria-labelledby="left-title"><h2 id="left-title">What this page leaves to the command line</h2><p>A page that came with the pack could have been changed with it. <code>npx assay verify FOLDER --key key.pem</code> also checks this page itself, the signatures of passkeys, and that no text can be read in two ways; <code>npx assay replay FOLDER --key key.pem</code> takes the decision again.</p></section>
<noscript><p>Without scripts: <code>npx assay verify FOLDER --key key.pem</code> verifies the same files.</p></noscript>
</main><script type="application/json" id="pack">${inScript(canonicalJson(files))}</script><script>${packScript}</script></body></html>
`;
}

/** JSON that no HTML parser can take for the end of the script. */
function inScript(json: string): string {
  return json.replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

const style = `
:root{color-scheme:light dark;--line:#8884;--pass:#1a7f37;--fail:#b3261e}
@media (prefers-color-scheme:dark){:root{--pass:#4ac26b;--fail:#ff7b72}}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:70rem;padding:1rem}
textarea{box-sizing:border-box;display:block;font-family:ui-monospace,monospace;width:100%}
.scroll{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0;width:100%}th,td{border-bottom:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}
td:last-child,code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
.pass{color:var(--pass)}.pass::before{content:"✓ "}.fail{color:var(--fail)}.fail::before{content:"✗ "}#state{font-weight:600}
`;
