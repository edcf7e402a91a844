/**
 * The script of a pack's page: what `assay verify` checks of files, signatures and what belongs together, by the browser's own cryptography; the page itself names what it leaves to the command. Kept as text, because it runs in a
 * page that loads nothing; its tests run it in a real browser.
 */
export const packScript = String.raw`
const files = JSON.parse(document.getElementById('pack').textContent);
const text = new TextEncoder();
const bytesOf = (base64) => Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
const hex = (buffer) => [...new Uint8Array(buffer)].map((one) => one.toString(16).padStart(2, '0')).join('');
const sha256 = async (bytes) => hex(await crypto.subtle.digest('SHA-256', bytes));

// What a DSSE signature is over: the type and the payload, each with its length.
function signedBytes(type, payload) {
  const head = text.encode('DSSEv1 ' + text.encode(type).length + ' ' + type + ' ' + payload.length + ' ');
  const all = new Uint8Array(head.length + payload.length);
  all.set(head);
  all.set(payload, head.length);
  return all;
}

// The browser wants r and s side by side, the envelope has them as DER.
function rawSignature(der) {
  const at = (start) => { const length = der[start + 1]; return { value: der.slice(start + 2, start + 2 + length), next: start + 2 + length }; };
  const r = at(der[1] & 0x80 ? 2 + (der[1] & 0x7f) : 2);
  const s = at(r.next);
  const raw = new Uint8Array(64);
  for (const [value, end] of [[r.value, 32], [s.value, 64]]) {
    const bare = value.length > 32 ? value.slice(value.length - 32) : value;
    raw.set(bare, end - bare.length);
  }
  return raw;
}

async function statementIn(name, key) {
  const envelope = JSON.parse(files[name]).dsseEnvelope;
  if (envelope.payloadType !== 'application/vnd.in-toto+json' || envelope.signatures.length !== 1) throw new Error('no signed statement');
  const payload = bytesOf(envelope.payload);
  const holds = await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, rawSignature(bytesOf(envelope.signatures[0].sig)), signedBytes(envelope.payloadType, payload));
  if (!holds) throw new Error('the signature does not hold with this key');
  return { statement: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)), digest: await sha256(payload) };
}

async function keyFrom(pem) {
  const body = pem.replace(/-----[^-]+-----|\s/g, '');
  return crypto.subtle.importKey('spki', bytesOf(body), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
}

// Name by name what is wrong; an empty answer is a file that is as it was signed.
async function check(key) {
  const wrong = new Map();
  const fail = (name, why) => { if (!wrong.has(name)) wrong.set(name, why); };
  const tried = async (name) => statementIn(name, key).catch((thrown) => { fail(name, thrown.message); return null; });
  const contents = await tried('contents.sigstore.json');
  const listed = new Map((contents?.statement.predicate.references ?? []).map((one) => [one.name, one.digest.sha256]));
  for (const name of Object.keys(files)) {
    if (name === 'contents.sigstore.json') continue;
    if (!listed.has(name)) fail(name, 'nothing signs it');
    else if (listed.get(name) !== await sha256(text.encode(files[name]))) fail(name, 'not the file that was signed for');
  }
  for (const name of listed.keys()) if (files[name] === undefined) fail(name, 'missing');
  const manifest = await tried('manifest.sigstore.json');
  const head = manifest?.statement.subject[0].digest.gitCommit;
  if (contents && manifest && contents.statement.subject[0].digest.gitCommit !== head) fail('contents.sigstore.json', 'about another commit');
  const verdicts = (manifest?.statement.predicate.references ?? []).filter((one) => one.name.startsWith('verdict/'));
  if (manifest && verdicts.length === 0) fail('manifest.sigstore.json', 'binds no verdict');
  for (const { digest } of verdicts) {
    const name = 'statements/' + digest.sha256 + '.sigstore.json';
    const found = files[name] === undefined ? (fail(name, 'missing'), null) : await tried(name);
    if (found && found.digest !== digest.sha256) fail(name, 'not the statement that the manifest binds');
    if (found && found.statement.subject[0].digest.gitCommit !== head) fail(name, 'about another commit');
  }
  const inputs = new Set();
  for (const { digest } of verdicts) {
    const found = files['statements/' + digest.sha256 + '.sigstore.json'] === undefined ? null : await statementIn('statements/' + digest.sha256 + '.sigstore.json', key).catch(() => null);
    for (const one of found?.statement.predicate.inputAttestations ?? []) inputs.add(one.digest.sha256);
  }
  const accounts = new Set();
  for (const name of Object.keys(files).filter((one) => one === 'approval.sigstore.json' || one.startsWith('approvals/'))) {
    const approval = await tried(name);
    if (!approval) continue;
    const { predicate, subject } = approval.statement;
    if (predicate.manifest?.digest.sha256 !== manifest?.digest) fail(name, 'of another manifest');
    if (subject[0].digest.gitCommit !== head) fail(name, 'about another commit');
    if (accounts.has(predicate.actor?.id)) fail(name, 'this account approved already');
    accounts.add(predicate.actor?.id);
  }
  for (const name of Object.keys(files).filter((one) => one.startsWith('supply/'))) {
    const supply = await tried(name);
    if (supply && supply.statement.subject[0].digest.gitCommit !== head) fail(name, 'about another commit');
    if (supply && !inputs.has(supply.digest)) fail(name, 'no verdict rests on it');
  }
  if (files['decision.json'] !== undefined) {
    const policy = JSON.parse(files['decision.json']).policy;
    if (policy !== manifest?.statement.predicate.references.find((one) => one.name === 'policy')?.digest.sha256) fail('decision.json', 'taken by another policy than the manifest names');
    const wasm = files['policy/assay.wasm.base64'];
    if (wasm !== undefined && await sha256(bytesOf(wasm)) !== policy) fail('policy/assay.wasm.base64', 'not the policy that decided');
  }
  return { wrong, head, verdicts };
}

function row(table, cells, kind) {
  const tr = document.querySelector('#' + table + ' tbody').insertRow();
  cells.forEach((cell, index) => { const td = tr.insertCell(); td.textContent = cell; if (index === 1 && kind) td.className = kind; });
}

async function show(pem) {
  for (const table of ['verdicts', 'files']) document.querySelector('#' + table + ' tbody').replaceChildren();
  const state = document.getElementById('state');
  state.className = '';
  try {
    const { wrong, head, verdicts } = await check(await keyFrom(pem));
    for (const one of verdicts) row('verdicts', [one.name.slice(8), one.annotations?.outcome ?? 'unknown', one.digest.sha256], one.annotations?.outcome === 'pass' || one.annotations?.outcome === 'not_applicable' ? 'pass' : 'fail');
    for (const name of [...new Set([...Object.keys(files), ...wrong.keys()])].sort()) row('files', [name, wrong.get(name) ?? 'as signed', files[name] === undefined ? '' : await sha256(text.encode(files[name]))], wrong.has(name) ? 'fail' : 'pass');
    state.textContent = wrong.size === 0 ? 'Verified: every file is as it was signed with this key, for commit ' + head + '.' : 'Not verified: ' + wrong.size + ' of the files below are not what was signed.';
    state.className = wrong.size === 0 ? 'pass' : 'fail';
  } catch (thrown) {
    state.textContent = 'Not verified: the key cannot be used (' + thrown.message + ').';
    state.className = 'fail';
  }
}

document.getElementById('ask').addEventListener('submit', async (event) => {
  event.preventDefault();
  const file = document.getElementById('file').files[0];
  await show(file ? await file.text() : document.getElementById('key').value);
});
`;
