/** Approving by passkey: a comment alone approves nothing, a signature of exactly this evidence by the account's own passkey does, and every other signature is refused by its code. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Statement } from '../../app/core/ports/signer.ts';
import { checkSigned } from '../../app/edges/webauthn/verify.ts';
import { readApproval } from '../../app/evidence/statements.ts';
import { assay as assayCli } from '../cli.ts';
import { authenticator, type Authenticator, type Levers } from '../world/authenticator.ts';
import type { Pull, Somebody } from '../world/people.ts';
import type { Web } from '../world/web.ts';
import { openWorld, publicUrl, type World } from '../world/world.ts';

interface Asked { ticket: string; options: { challenge: string; allowCredentials?: { id: string }[] } }
interface Refused { code: string; message: string; remedy: string }

let world: World;
let branches = 0;

beforeAll(async () => { world = await openWorld({ config: 'version: 1\nmerge: human\napproval: { presence: passkey }\n' }); });
afterAll(() => world.close());

async function proposal(by: Somebody = world.grace): Promise<Pull> {
  const pull = await by.proposes({ branch: `signed-${branches += 1}`, files: { 'README.md': `# Shop ${branches}\n` } });
  await world.settled();
  return pull;
}

/** The first word of each answer, and the path that it leads to. */
async function linkFor(who: Somebody, pull: Pull): Promise<string> {
  const comment = await who.comments(pull.number, await world.approveLine(pull.number));
  await world.settled();
  const [reply = ''] = await world.replies(pull.number, comment);
  expect(reply).toContain('APPROVAL_PRESENCE');
  return new URL(/\]\((http:\/\/assay\.test\/approve\/[^)]+)\)/.exec(reply)![1]!).pathname;
}

async function signedIn(login: string): Promise<Web> {
  const browser = world.browser(login);
  expect((await browser.opens('/passkeys')).text).toContain(`Signed in as ${login}`);
  return browser;
}

async function adds(browser: Web, key: Authenticator, levers: Levers = {}) {
  const { body } = await browser.posts<Asked>('/passkeys/add/options', {});
  return browser.posts<Refused & { usableAt: number }>('/passkeys/add', { ticket: body.ticket, name: 'a key', response: key.creates(body.options, levers) });
}

/** Somebody at a browser, with a passkey that signs. */
async function ready(login: string): Promise<{ browser: Web; key: Authenticator }> {
  const browser = await signedIn(login);
  const key = authenticator(publicUrl);
  expect((await adds(browser, key)).status).toBe(200);
  return { browser, key };
}

async function signs(browser: Web, path: string, key: Authenticator, levers: Levers = {}) {
  const { body } = await browser.posts<Asked>(`${path}/options`, {});
  return browser.posts<Refused>(path, { ticket: body.ticket, response: key.signs(body.options, levers) });
}

async function assay(pull: Pull): Promise<string | undefined> {
  await world.settled();
  return (await world.conclusions(pull.head.sha)).assay;
}

async function audited(action: string): Promise<{ actor: string; detail: Record<string, unknown> }[]> {
  return (await world.assay.store.auditEntries(0, 5_000)).filter((entry) => entry.action === action);
}

let grace: { browser: Web; key: Authenticator };
let founder: { browser: Web; key: Authenticator };
beforeAll(async () => {
  grace = await ready('grace');
  founder = await ready('ada');
});

it('a restart leaves people signed in; a cookie that somebody made up or altered signs nobody in', async () => {
  const pull = await proposal();
  const path = await linkFor(world.founder, pull);
  await world.restart();
  expect(await signs(founder.browser, path, founder.key)).toMatchObject({ status: 200 });
  expect(await assay(pull)).toBe('success');
  const claim = Buffer.from(JSON.stringify({ id: 'x', account: 1001, login: 'ada', signedInAt: world.clock.now() })).toString('base64url');
  for (const cookie of [claim, `${claim}.`, `${claim}.${Buffer.alloc(32).toString('base64url')}`]) {
    const answer = await fetch(`${world.assay.url}/passkeys/add/options`, { method: 'POST', headers: { 'cookie': `assay-session=${cookie}`, 'content-type': 'application/json', 'origin': publicUrl } });
    expect([answer.status, await answer.json()]).toEqual([403, expect.objectContaining({ code: 'SIGN_IN_NEEDED' })]);
  }
});

it('a restart between the page and the signature loses nothing; what was asked for is used up by one signature, and runs out after five minutes', async () => {
  const pull = await proposal();
  const path = await linkFor(world.founder, pull);
  const asked = async () => (await founder.browser.posts<Asked>(`${path}/options`, {})).body;
  const { ticket, options } = await asked();
  await world.restart();
  const response = founder.key.signs(options, {});
  expect(await founder.browser.posts<Refused>(path, { ticket, response })).toMatchObject({ status: 200 });
  expect(await assay(pull)).toBe('success');
  await world.restart();
  expect(await founder.browser.posts<Refused>(path, { ticket, response })).toMatchObject({ status: 403, body: { code: 'PASSKEY_REPLAY' } });
  const late = await asked();
  world.clock.advance(5 * 60_000 + 1_000);
  expect(await founder.browser.posts<Refused>(path, { ticket: late.ticket, response: founder.key.signs(late.options, {}) })).toMatchObject({ status: 403, body: { code: 'PASSKEY_REPLAY' } });
  await world.settled();
});

it('P10 the account\'s token alone approves nothing: what is missing is the person, at a page that the token does not open', async () => {
  const pull = await proposal();
  const path = await linkFor(world.founder, pull);
  expect(await assay(pull)).toBe('action_required');
  // All that a token can do there: nothing. GitHub's sign-in wants a person, the App's pages want that sign-in.
  const agent = world.browser(null);
  expect((await agent.opens(path)).text).toContain('Sign in to GitHub');
  expect(await agent.posts(path, { ticket: 'x', response: {} }, { authorization: `token ${world.github.users['ada']}` })).toMatchObject({ status: 403, body: { code: 'SIGN_IN_NEEDED' } });
  const here = await fetch(`${world.assay.url}/passkeys/add/options`, { method: 'POST', headers: { 'authorization': `token ${world.github.users['ada']}`, 'content-type': 'application/json', 'origin': publicUrl } });
  expect([here.status, await here.json()]).toEqual([403, expect.objectContaining({ code: 'SIGN_IN_NEEDED' })]);
  const oauth = await fetch(`${world.github.url}/login/oauth/authorize?client_id=${world.github.clientOf(world.github.appId).clientId}&redirect_uri=${publicUrl}/sign-in/callback&state=s`, { headers: { authorization: `token ${world.github.users['ada']}` }, redirect: 'manual' });
  expect([oauth.status, await oauth.text()]).toEqual([200, expect.stringContaining('Sign in to GitHub')]);
  expect(await assay(pull)).toBe('action_required');
});

it('shows what is signed, and the signature makes the comment count; the statement carries it', async () => {
  const pull = await proposal();
  const path = await linkFor(world.founder, pull);
  const page = await founder.browser.opens(path);
  for (const text of ['ada/shop', pull.head.sha, path.split('/').at(-1)!, 'guardrails']) expect(page.text).toContain(text);
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'nonce-/);
  expect(await signs(founder.browser, path, founder.key)).toMatchObject({ status: 200, body: { signed: true } });
  expect(await assay(pull)).toBe('success');
  const note = await world.assay.store.note(`change:${world.repositoryId}#${pull.number}`, `approval ${pull.head.sha}`);
  expect(note).toMatchObject({ statement: { predicate: { actor: { presence: 'passkey', class: 'independent' }, passkey: { credential: { id: founder.key.id }, rpId: 'assay.test', origin: publicUrl } } } });
  expect((await audited('approval.signed')).at(-1)).toMatchObject({ detail: { authenticator: founder.key.id, sha: pull.head.sha } });
});

it('of an intent it is the spec that is signed; only then building starts', async () => {
  const issue = await world.founder.opensIntent();
  await world.settled();
  const comment = await world.founder.comments(issue, await world.approveLine(issue));
  await world.settled();
  const [reply = ''] = await world.replies(issue, comment);
  const path = new URL(/\]\((http:[^)]+)\)/.exec(reply)![1]!).pathname;
  const built = (): boolean => world.executor.ran.some(({ kind }) => kind === 'build');
  expect([built(), (await founder.browser.opens(path)).text.includes(path.split('/').at(-1)!)]).toEqual([false, true]);
  expect((await signs(founder.browser, path, founder.key)).status).toBe(200);
  await world.settled();
  expect(built()).toBe(true);
});

it('a signature is of one head: a push takes it away, and its page with it', async () => {
  const pull = await proposal();
  const path = await linkFor(world.founder, pull);
  await signs(founder.browser, path, founder.key);
  const sha = await world.grace.pushes({ branch: pull.head.ref, files: { 'README.md': '# Pushed later\n' } });
  await world.settled();
  expect((await world.conclusions(sha)).assay).toBe('action_required');
  expect(await founder.browser.opens(path)).toMatchObject({ status: 403, text: expect.stringContaining('APPROVE_EVIDENCE') });
});

it('P10 a comment made after the signature is not what was signed for: revoked by the person, it is not revived by the token', async () => {
  const pull = await proposal();
  const path = await linkFor(world.founder, pull);
  await signs(founder.browser, path, founder.key);
  expect(await assay(pull)).toBe('success');
  world.clock.advance(2_000);
  await world.founder.comments(pull.number, '/revoke');
  await world.settled();
  world.clock.advance(2_000);
  await linkFor(world.founder, pull);
  expect(await assay(pull)).toBe('action_required');
});

it('the evidence pack carries the signature, and verifies it again offline; another act does not', async () => {
  const pull = await proposal();
  await signs(founder.browser, await linkFor(world.founder, pull), founder.key);
  await world.settled();
  const folder = await mkdtemp(join(tmpdir(), 'assay-signed-'));
  try {
    await writeFile(join(folder, 'key.pem'), await (await fetch(`${world.assay.url}/key.pem`)).text());
    const page = `${world.assay.url}/changes/${world.repositoryId}/${pull.number}`;
    expect(await assayCli('pack', page, '--out', join(folder, 'pack'))).toMatchObject({ code: 0 });
    expect(await assayCli('verify', join(folder, 'pack'), '--key', join(folder, 'key.pem'))).toMatchObject({ code: 0, stdout: expect.stringMatching(/approved +by account \d+ \(independent, passkey of assay\.test\)/) });
    const { statement } = await world.assay.store.note(`change:${world.repositoryId}#${pull.number}`, `approval ${pull.head.sha}`) as { statement: Statement };
    const { act, assertion } = readApproval(statement).passkey!;
    await expect(checkSigned(act, assertion)).resolves.toBeUndefined();
    for (const other of [{ account: act.account + 1 }, { digest: '0'.repeat(64) }, { sha: '0'.repeat(40) }, { nonce: 'other' }]) await expect(checkSigned({ ...act, ...other }, assertion)).rejects.toMatchObject({ code: 'PASSKEY_CHALLENGE' });
    await expect(checkSigned(act, { ...assertion, credential: { id: grace.key.id, publicKey: (await world.assay.store.passkeys((await world.grace.get<{ id: number }>('/user')).id))[0]!.publicKey } })).rejects.toMatchObject({ code: 'PASSKEY_SIGNATURE' });
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

describe('a signature that is not exactly this one', () => {
  let path: string;
  let pull: Pull;
  beforeAll(async () => {
    pull = await proposal();
    path = await linkFor(world.founder, pull);
  });

  it.each<[string, Levers, string]>([
    ['of another challenge', { challenge: Buffer.alloc(32).toString('base64url') }, 'PASSKEY_CHALLENGE'],
    ['made on another page', { origin: 'http://assay.test.example' }, 'PASSKEY_ORIGIN'],
    ['made in a foreign frame', { crossOrigin: true }, 'PASSKEY_ORIGIN'],
    ['for another host', { rpId: 'example.test' }, 'PASSKEY_RP'],
    ['without its user verified', { verified: false }, 'PASSKEY_NOT_VERIFIED'],
    ['of another kind', { type: 'webauthn.create' }, 'PASSKEY_RESPONSE'],
  ])('%s is refused', async (_, levers, code) => {
    expect(await signs(founder.browser, path, founder.key, levers)).toMatchObject({ status: 403, body: { code } });
  });

  it('that counts no further is refused: the authenticator was copied', async () => {
    expect((await signs(founder.browser, path, founder.key, { counter: 90 })).status).toBe(200);
    expect(await signs(founder.browser, path, founder.key, { counter: 90 })).toMatchObject({ status: 403, body: { code: 'PASSKEY_COUNTER' } });
    expect(await signs(founder.browser, path, founder.key, { counter: 0 })).toMatchObject({ body: { code: 'PASSKEY_COUNTER' } });
    expect((await signs(founder.browser, path, founder.key, { counter: 91 })).status).toBe(200);
  });

  it('sent again is refused, in the same browser and in another', async () => {
    const { body } = await founder.browser.posts<Asked>(`${path}/options`, {});
    const sent = { ticket: body.ticket, response: founder.key.signs(body.options) };
    expect((await founder.browser.posts(path, sent)).status).toBe(200);
    expect(await founder.browser.posts(path, sent)).toMatchObject({ status: 403, body: { code: 'PASSKEY_REPLAY' } });
    const asked = await founder.browser.posts<Asked>(`${path}/options`, {});
    expect(await grace.browser.posts(path, { ticket: asked.body.ticket, response: founder.key.signs(asked.body.options) })).toMatchObject({ body: { code: 'PASSKEY_REPLAY' } });
  });

  it('by another account\'s passkey, or with a forged signature, is refused', async () => {
    expect(await signs(founder.browser, path, grace.key)).toMatchObject({ body: { code: 'PASSKEY_UNKNOWN' } });
    const { body } = await founder.browser.posts<Asked>(`${path}/options`, {});
    const forged = { ...authenticator(publicUrl).signs(body.options, { counter: 1_000 }), id: founder.key.id, rawId: founder.key.id };
    expect(await founder.browser.posts(path, { ticket: body.ticket, response: forged })).toMatchObject({ body: { code: 'PASSKEY_SIGNATURE' } });
  });

  it('by somebody who may not write, or from a foreign page, or that is no signature, is refused', async () => {
    const rita = await ready('rita');
    expect(await rita.browser.opens(path)).toMatchObject({ status: 403, text: expect.stringContaining('APPROVE_PERMISSION') });
    expect(await rita.browser.posts(`${path}/options`, {})).toMatchObject({ body: { code: 'APPROVE_PERMISSION' } });
    expect(await founder.browser.posts(`${path}/options`, {}, { origin: 'http://evil.test' })).toMatchObject({ body: { code: 'PRESENCE_ORIGIN' } });
    const { body } = await founder.browser.posts<Asked>(`${path}/options`, {});
    expect(await founder.browser.posts(path, { ticket: body.ticket, response: { id: 'x' } })).toMatchObject({ body: { code: 'PASSKEY_RESPONSE' } });
  });

  it('by the author counts as self-attested, and by somebody who said nothing counts for nothing', async () => {
    const other = await proposal(world.bob);
    const own = await linkFor(world.bob, other);
    const bob = await ready('bob');
    expect((await signs(founder.browser, own, founder.key, { counter: 2_000 })).status).toBe(200);
    expect(await assay(other)).toBe('action_required');
    expect((await signs(bob.browser, own, bob.key)).status).toBe(200);
    expect(await assay(other)).toBe('success');
    expect(await world.standing(other.number)).toContain('self-attested');
  });
});

describe('whose passkey it is', () => {
  it('is who signed in at GitHub, and is on record', async () => {
    const { id } = await world.grace.get<{ id: number }>('/user');
    expect(await audited('passkey.added')).toContainEqual(expect.objectContaining({ actor: String(id), detail: expect.objectContaining({ authenticator: grace.key.id, coolOff: false }) }));
  });

  it('a second one waits a day, or signs at once on the word of the first', async () => {
    const waiting = authenticator(publicUrl);
    const { body } = await adds(grace.browser, waiting);
    expect(body.usableAt).toBeGreaterThan(world.clock.now() + 86_000_000);
    const pull = await proposal(world.bob);
    const path = await linkFor(world.grace, pull);
    expect(await signs(grace.browser, path, waiting)).toMatchObject({ body: { code: 'PASSKEY_COOLING_OFF' } });
    const { body: asked } = await grace.browser.posts<Asked>('/passkeys/confirm/options', {});
    expect((await grace.browser.posts('/passkeys/confirm', { ticket: asked.ticket, response: grace.key.signs(asked.options) })).status).toBe(200);
    const vouched = authenticator(publicUrl);
    expect((await adds(grace.browser, vouched)).body.usableAt).toBeLessThanOrEqual(world.clock.now());
    expect((await signs(grace.browser, path, vouched)).status).toBe(200);
    expect((await audited('passkey.added')).map(({ detail }) => detail['coolOff'])).toContain(true);
  });

  it('is never bound twice, nor by an old sign-in, and an answer is good once', async () => {
    expect((await adds(founder.browser, grace.key)).body).toMatchObject({ code: 'PASSKEY_KNOWN' });
    const { body } = await founder.browser.posts<Asked>('/passkeys/add/options', {});
    const sent = { ticket: body.ticket, name: 'x', response: authenticator(publicUrl).creates(body.options, { verified: false }) };
    expect(await founder.browser.posts('/passkeys/add', sent)).toMatchObject({ body: { code: 'PASSKEY_SIGNATURE' } });
    expect(await founder.browser.posts('/passkeys/add', sent)).toMatchObject({ body: { code: 'PASSKEY_REPLAY' } });
    world.clock.advance(601_000);
    expect((await adds(founder.browser, authenticator(publicUrl))).body).toMatchObject({ code: 'SIGN_IN_AGAIN' });
  });

  it('removed, it signs nothing more, and the next one is no first one', async () => {
    const bob = await signedIn('bob');
    const [known] = await world.assay.store.passkeys((await world.bob.get<{ id: number }>('/user')).id);
    expect((await bob.posts('/passkeys/remove', { id: known!.id })).status).toBe(200);
    expect(await bob.posts('/passkeys/remove', { id: known!.id })).toMatchObject({ body: { code: 'PASSKEY_UNKNOWN' } });
    expect((await adds(bob, authenticator(publicUrl))).body.usableAt).toBeGreaterThan(world.clock.now());
    expect((await audited('passkey.removed')).at(-1)).toMatchObject({ detail: { authenticator: known!.id } });
    expect((await bob.opens('/passkeys')).text).not.toContain(known!.id);
  });
});

describe('the sign-in', () => {
  it('takes no answer that this browser did not ask for, nor one asked for twice, nor a foreign way back', async () => {
    const eve = world.browser('grace');
    expect(await eve.opens('/sign-in/callback?code=abc&state=def')).toMatchObject({ status: 403, text: expect.stringContaining('SIGN_IN_STATE') });
    const end = await eve.opens('/sign-in');
    expect(end.url).toBe(`${publicUrl}/passkeys`);
    const asked = world.github.requests.filter(({ path }) => path === '/login/oauth/authorize').at(-1)!;
    expect(new URLSearchParams(asked.query).get('code_challenge_method')).toBe('S256');
    expect(await eve.opens(`/sign-in/callback?code=abc&state=${new URLSearchParams(asked.query).get('state')}`)).toMatchObject({ status: 403, text: expect.stringContaining('SIGN_IN_STATE') });
    expect((await eve.opens('/sign-in?to=https://evil.test')).url).toBe(`${publicUrl}/passkeys`);
  });

  it('gives the token back to GitHub', () => {
    const given = world.github.requests.filter(({ method, path }) => method === 'DELETE' && /^\/applications\/[^/]+\/token$/.test(path));
    expect(given.length).toBeGreaterThan(0);
    expect([...new Set(given.map(({ status }) => status))]).toEqual([204]);
  });
});
