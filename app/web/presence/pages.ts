/** The pages that people sign on. What they show is escaped; the one script of each is written here, carries the page's nonce and loads nothing. */
import type { StoredPasskey } from '../../core/ports/store.ts';
import { html, page, tableOf, verdict, type Html } from '../html.ts';
import type { Approvable } from './evidence.ts';
import { live } from './passkeys.ts';
import type { Session } from './sessions.ts';

export interface ScriptedPage {
  html: string;
  nonce: string;
}

export function approvePage(found: Approvable, { session, nonce, gitHubUrl }: { session: Session; nonce: string; gitHubUrl: string }): ScriptedPage {
  const { repository, number, sha, digest, kind, verdicts } = found;
  const place = `${repository.owner}/${repository.name}`;
  const where = `${gitHubUrl}/${place}/${kind === 'change' ? 'pull' : 'issues'}/${number}`;
  const facts: [string, Html | string][] = [
    ['repository', place], [kind === 'change' ? 'change' : 'intent', html`<a href="${where}">#${number}</a>`],
    ...(kind === 'change' ? [['head', html`<code>${sha}</code>`] as [string, Html]] : []), [kind === 'change' ? 'manifest' : 'spec', html`<code>${digest}</code>`], ['you', session.login],
  ];
  const body = html`<p>Your passkey signs exactly this, and nothing else: the signature is good for this evidence of this commit, once.</p>
${tableOf('What is approved', ['part', 'value'], facts.map(([name, value]) => [name, value]))}
${verdicts.length > 0 ? tableOf('Verdicts', ['evidence', 'verdict'], verdicts.map(({ slot, result }) => [slot, verdict(result === 'PASSED' ? 'pass' : 'fail')])) : null}
<p><button id="sign" type="button">Approve with a passkey</button></p><p id="said" role="status"></p><p><a href="/passkeys">Your passkeys</a></p>${script(nonce, signing)}`;
  return { html: page({ title: `Approve ${place}#${number}`, body }), nonce };
}

export function passkeysPage(passkeys: StoredPasskey[], { session, nonce, now }: { session: Session; nonce: string; now: number }): ScriptedPage {
  const rows = live(passkeys).map(({ id, name, createdAt, usableAt, usedAt }) => [
    name, time(createdAt), usableAt > now ? `signs from ${time(usableAt)}` : 'signs', usedAt === null ? 'never' : time(usedAt), html`<button type="button" data-remove="${id}">Remove ${name}</button>`,
  ]);
  const more = passkeys.length > 0 ? html`<p>A further passkey signs at once if you confirm with one that you have first; otherwise it signs only after a day.</p><p><button id="confirm" type="button">Confirm with a passkey that I have</button></p>` : null;
  const body = html`<p>Signed in as ${session.login} (<a href="/sign-in">sign in again</a>). A passkey shows that you are there when you approve; a token of your account cannot.</p>
${tableOf('Your passkeys', ['name', 'added', 'state', 'last used', 'remove'], rows)}${more}
<p><label for="name">Name</label> <input id="name" maxlength="60" value="passkey"> <button id="add" type="button">Add a passkey</button></p><p id="said" role="status"></p>${script(nonce, managing)}`;
  return { html: page({ title: 'Your passkeys', body }), nonce };
}

export function refusedPage({ code, message, remedy }: { code: string; message: string; remedy: string }): string {
  return page({ title: 'Not possible', body: html`<p><code>${code}</code>: ${message}</p><p>${remedy}</p>` });
}

function script(nonce: string, text: string): Html {
  return { html: `<script nonce="${nonce}">${common}${text}</script>` };
}

function time(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').slice(0, 16);
}

const common = `
'use strict';
const said = document.getElementById('said');
async function send(path, body) {
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const read = await answer.json();
  if (!answer.ok) throw new Error(read.code + ': ' + read.message + '. ' + read.remedy);
  return read;
}
function when(id, work) {
  const button = document.getElementById(id);
  if (button) button.addEventListener('click', () => tell(work));
}
async function tell(work) {
  try { said.textContent = 'Waiting for the passkey …'; said.textContent = await work(); } catch (problem) { said.textContent = problem.message; }
}
async function asserted(path) {
  const { ticket, options } = await send(path + '/options', {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return { ticket, response: (await navigator.credentials.get({ publicKey })).toJSON() };
}
`;

const signing = `
when('sign', async () => {
  await send(location.pathname, await asserted(location.pathname));
  return 'Signed. The pull request shows it in a moment.';
});
`;

const managing = `
when('confirm', async () => {
  await send('/passkeys/confirm', await asserted('/passkeys/confirm'));
  return 'Confirmed. You can add another one now.';
});
when('add', async () => {
  const { ticket, options } = await send('/passkeys/add/options', {});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const response = (await navigator.credentials.create({ publicKey })).toJSON();
  await send('/passkeys/add', { ticket, response, name: document.getElementById('name').value });
  location.reload();
  return 'Added.';
});
for (const button of document.querySelectorAll('[data-remove]')) button.addEventListener('click', () => tell(async () => {
  await send('/passkeys/remove', { id: button.dataset.remove });
  location.reload();
  return 'Removed.';
}));
`;
