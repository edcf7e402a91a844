import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);
import{predicateTypes,readApproval}from"./cli-dacfc9aa.js";import{statementDigest,statementType}from"./cli-330c9aa2.js";import{outcomes,worst}from"./cli-aabbd6e7.js";import{canonicalJson,sha256}from"./cli-1e2bca77.js";import{AssayError,problemOf}from"./cli-4504413a.js";import{z as z3}from"zod";import{z as z2}from"zod";import{z}from"zod";var attester={id:"https://github.com/assay-dev/assay"},mediaType="application/vnd.in-toto+json";function buildManifest(facts){checkVerdicts(facts);let verdicts=facts.verdicts.toSorted((one,other)=>one.slot<other.slot?-1:1),references=[{name:"merge-base",digest:{gitCommit:facts.mergeBase},...facts.baseRef?{annotations:{branch:facts.baseRef}}:{}},...facts.merge?[mergeReference(facts.merge)]:[],...facts.specDigest?[{name:"spec",digest:{sha256:facts.specDigest}}]:[],{name:"policy",digest:{sha256:facts.policyDigest}},{name:"tools",digest:{sha256:facts.toolsDigest}},...verdicts.map(({slot,outcome,digest,grades})=>({name:`verdict/${slot}`,digest:{sha256:digest},mediaType,annotations:{outcome,...grades}}))];return{_type:statementType,subject:[{name:facts.change,digest:{gitCommit:facts.headSha,...facts.tree?{gitTree:facts.tree}:{}}}],predicateType:predicateTypes.manifest,predicate:{attester,references}}}function mergeReference({base,tree}){return{name:"merge",digest:{gitCommit:base,...tree===null?{}:{gitTree:tree}},annotations:{result:tree===null?"conflict":"tree"}}}function checkVerdicts({verdicts,headSha}){if(verdicts.length===0)throw refusal("EVIDENCE_EMPTY","a manifest over no verdict proves nothing");if(new Set(verdicts.map(verdict=>verdict.slot)).size!==verdicts.length)throw refusal("EVIDENCE_SLOT_TWICE","a slot has more than one verdict");for(let{slot,digest,statement}of verdicts){if(statementDigest(statement)!==digest)throw refusal("EVIDENCE_DIGEST",`the statement of ${slot} is not the one its digest names`);if(statement.subject[0]?.digest.gitCommit!==headSha)throw refusal("EVIDENCE_SUBJECT",`the statement of ${slot} is about another commit`)}}var Reference=z.object({name:z.string(),digest:z.object({sha256:z.string().optional()}).loose().optional(),annotations:z.object({outcome:z.enum(outcomes).optional()}).optional()}),ManifestPredicate=z.object({references:z.array(Reference)});function readManifest(statement){let predicate=ManifestPredicate.safeParse(statement.predicate),subject=statement.subject[0],headSha=subject?.digest.gitCommit;if(statement.predicateType!==predicateTypes.manifest||!predicate.success||!subject||!headSha)throw refusal("EVIDENCE_MANIFEST",`this statement (${statement.predicateType}) is no evidence manifest`);let verdicts=predicate.data.references.flatMap(({name,digest,annotations})=>!name.startsWith("verdict/")||!digest?.sha256||!annotations?.outcome?[]:[{slot:name.slice(8),outcome:annotations.outcome,digest:digest.sha256}]);if(verdicts.length===0)throw refusal("EVIDENCE_MANIFEST","the manifest binds no verdict");let named=prefix=>predicate.data.references.flatMap(({name,digest})=>name.startsWith(prefix)&&digest?.sha256?[{name:name.slice(prefix.length),digest:digest.sha256}]:[]);return{change:subject.name,headSha,verdicts,statements:named("statement/"),artifacts:named("artifact/").map(({digest})=>digest)}}function runManifest(facts){checkVerdicts(facts);let references=[...facts.verdicts.map(({slot,outcome,digest})=>({name:`verdict/${slot}`,digest:{sha256:digest},mediaType,annotations:{outcome}})),...facts.statements.map(({name,statement})=>({name:`statement/${name}`,digest:{sha256:statementDigest(statement)},mediaType})),...facts.artifacts.map(({name,sha256:sha2562})=>({name:`artifact/${name}`,digest:{sha256:sha2562}}))].sort((one,other)=>one.name<other.name?-1:1);return{_type:statementType,subject:[{name:facts.resource,digest:{gitCommit:facts.headSha}}],predicateType:predicateTypes.manifest,predicate:{attester,references}}}function policyDigestOf(statement){let digest=(ManifestPredicate.safeParse(statement.predicate).data?.references??[]).find(({name})=>name==="policy")?.digest?.sha256;if(digest===void 0)throw refusal("EVIDENCE_MANIFEST","the manifest names no policy");return digest}function refusal(code,message){return new AssayError(code,message,{remedy:"Run the checks again with /retry; if it repeats, report it with this code."})}var manifestFile="manifest.sigstore.json";function packFiles(manifest,statements){let named=statements.map(each=>[statementFile(each.payloadSha256),canonicalJson(each.bundle)]);return{[manifestFile]:canonicalJson(manifest.bundle),...Object.fromEntries(named)}}function statementFile(digest){return`statements/${digest}.sigstore.json`}function verifyPack(files,verify,held=[]){let failed={verified:!1,manifestDigest:null,headSha:null,outcome:"error",verdicts:[],faults:[]},text=files[manifestFile];if(text===void 0)return{...failed,faults:[{file:manifestFile,code:"EVIDENCE_MISSING",message:"the pack has no manifest"}]};try{let manifest=verify(text),{headSha,verdicts,statements,artifacts}=readManifest(manifest),known=new Set([...held,...artifacts]),faults=[...verdicts.flatMap(({digest,outcome})=>statementFaults(files,{digest,check:statement=>verdictFault(statement,{headSha,outcome})},verify)),...statements.flatMap(({digest})=>statementFaults(files,{digest,check:statement=>subjectFault(statement,{headSha,known})},verify)),...foreignFiles(files,[...verdicts,...statements].map(({digest})=>digest))],verified=faults.length===0;return{verified,manifestDigest:statementDigest(manifest),headSha,outcome:verified?worst(verdicts.map(each=>each.outcome)):"error",verdicts,faults}}catch(thrown){return{...failed,faults:[faultOf(manifestFile,thrown)]}}}function statementFaults(files,expected,verify){let file=statementFile(expected.digest),text=files[file];if(text===void 0)return[{file,code:"EVIDENCE_MISSING",message:"the manifest binds it and it is not in the pack"}];try{let statement=verify(text);if(statementDigest(statement)!==expected.digest)return[{file,code:"EVIDENCE_DIGEST",message:"its digest is not the one the manifest binds"}];let complaint=expected.check(statement);return complaint?[{file,...complaint}]:[]}catch(thrown){return[faultOf(file,thrown)]}}var Claim=z2.union([z2.looseObject({verificationResult:z2.string()}).transform(claim=>claim.verificationResult),z2.looseObject({result:z2.string()}).transform(claim=>claim.result)]);function verdictFault({subject,predicate},{headSha,outcome}){if(subject[0]?.digest.gitCommit!==headSha)return{code:"EVIDENCE_SUBJECT",message:"it is about another commit"};let claim=Claim.safeParse(predicate).data;return claim==="PASSED"!=(outcome==="pass")?{code:"EVIDENCE_OUTCOME",message:`the manifest says ${outcome}, the statement ${claim??"nothing"}`}:null}function subjectFault({subject},{headSha,known}){let stranger=subject.find(({digest})=>digest.gitCommit!==headSha&&!known.has(digest.sha256??""));return stranger?{code:"EVIDENCE_SUBJECT",message:`it is about ${stranger.name}, which is no file of this pack and nothing that the manifest names`}:null}function foreignFiles(files,digests){let bound=new Set([manifestFile,...digests.map(statementFile)]);return Object.keys(files).filter(file=>!bound.has(file)).map(file=>({file,code:"EVIDENCE_FOREIGN",message:"the manifest does not bind this file"}))}function faultOf(file,thrown){let{code,message}=problemOf(thrown);return{file,code,message}}var packScript=String.raw`
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
`;var pageFile="index.html";function packPage(files){return`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Evidence pack \u2013 Assay</title><style>${style}</style></head>
<body><main><h1>Evidence pack</h1>
<p id="state" role="status">Give the public key of the App that signed it. It is never taken from the pack: get it from the App's <code>/key.pem</code> or from whoever runs it.</p>
<form id="ask"><label for="key">Public key (PEM)</label><textarea id="key" rows="4" spellcheck="false"></textarea><p><label>or from a file <input id="file" type="file"></label> <button>Verify</button></p></form>
<section aria-labelledby="verdicts-title"><h2 id="verdicts-title">Verdicts</h2><div class="scroll"><table id="verdicts"><thead><tr><th scope="col">evidence</th><th scope="col">verdict</th><th scope="col">digest</th></tr></thead><tbody></tbody></table></div></section>
<section aria-labelledby="files-title"><h2 id="files-title">Files</h2><div class="scroll"><table id="files"><thead><tr><th scope="col">file</th><th scope="col">state</th><th scope="col">SHA-256</th></tr></thead><tbody></tbody></table></div></section>
<section aria-labelledby="left-title"><h2 id="left-title">What this page leaves to the command line</h2><p>A page that came with the pack could have been changed with it. <code>npx assay verify FOLDER --key key.pem</code> also checks this page itself, the signatures of passkeys, and that no text can be read in two ways; <code>npx assay replay FOLDER --key key.pem</code> takes the decision again.</p></section>
<noscript><p>Without scripts: <code>npx assay verify FOLDER --key key.pem</code> verifies the same files.</p></noscript>
</main><script type="application/json" id="pack">${inScript(canonicalJson(files))}</script><script>${packScript}</script></body></html>
`}function inScript(json){return json.replaceAll("<","\\u003c").replaceAll("\u2028","\\u2028").replaceAll("\u2029","\\u2029")}var style=`
:root{color-scheme:light dark;--line:#8884;--pass:#1a7f37;--fail:#b3261e}
@media (prefers-color-scheme:dark){:root{--pass:#4ac26b;--fail:#ff7b72}}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:70rem;padding:1rem}
textarea{box-sizing:border-box;display:block;font-family:ui-monospace,monospace;width:100%}
.scroll{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0;width:100%}th,td{border-bottom:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}
td:last-child,code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
.pass{color:var(--pass)}.pass::before{content:"\u2713 "}.fail{color:var(--fail)}.fail::before{content:"\u2717 "}#state{font-weight:600}
`;var contentsFile="contents.sigstore.json",approvalFile="approval.sigstore.json",approvalFolder="approvals/",decisionFile="decision.json",supplyFolder="supply/",policyFiles={wasm:"policy/assay.wasm.base64",manifest:"policy/assay.wasm.json"},attester2={id:"https://github.com/assay-dev/assay"};function packBody(parts){let{approvals,decision,policy}=parts;return{...packFiles(parts.manifest,parts.statements),...Object.fromEntries(approvals.map((each,place)=>[place===0?approvalFile:`${approvalFolder}${readApproval(each.statement).actorId}.sigstore.json`,canonicalJson(each.bundle)])),...decision?{[decisionFile]:canonicalJson(decision)}:{},...policy?{[policyFiles.wasm]:Buffer.from(policy.wasm).toString("base64"),[policyFiles.manifest]:policy.manifest}:{},...Object.fromEntries(Object.entries(parts.supply).map(([name,signed])=>[`${supplyFolder}${name}.sigstore.json`,canonicalJson(signed.bundle)]))}}async function buildPack(parts,sign){let body=packBody(parts),signed=await sign(contentsStatement(body,parts)),files={...body,[contentsFile]:canonicalJson(signed.bundle)};return{...files,[pageFile]:packPage(files)}}function contentsStatement(files,{change,headSha,page}){let references=Object.keys(files).sort().map(name=>({name,digest:{sha256:sha256(files[name])}}));return{_type:statementType,subject:[{name:change,digest:{gitCommit:headSha}}],predicateType:predicateTypes.contents,predicate:{attester:attester2,references,...page?{page}:{}}}}var Contents=z3.object({page:z3.literal("none").optional(),references:z3.array(z3.strictObject({name:z3.string(),digest:z3.strictObject({sha256:z3.string()})}))});function readContents(statement){let predicate=Contents.safeParse(statement.predicate);if(statement.predicateType===predicateTypes.contents&&predicate.success)return{headSha:statement.subject[0]?.digest.gitCommit,digests:new Map(predicate.data.references.map(({name,digest})=>[name,digest.sha256])),hasPage:predicate.data.page!=="none"};throw new AssayError("EVIDENCE_CONTENTS",`this statement (${statement.predicateType}) is no list of a pack's files`,{remedy:'Take the pack as "assay pack" wrote it.'})}export{buildManifest,readManifest,runManifest,policyDigestOf,manifestFile,packFiles,verifyPack,pageFile,packPage,contentsFile,approvalFile,approvalFolder,decisionFile,supplyFolder,policyFiles,buildPack,contentsStatement,readContents};
