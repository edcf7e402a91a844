/**
 * A person approves in a real browser: signs in at GitHub, adds a passkey, and signs the evidence with it. Chromium brings the authenticator; each of its requests is
 * answered here from the App or the stand-in, as if they stood at their public addresses, and nothing reaches a network.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { z } from 'zod';
import { judgePage } from '../../app/edges/browser/judge-page.ts';
import { startBrowser, type Browser } from '../../app/edges/browser/pipe.ts';
import { describeWith, need, testWith } from '../tools.ts';
import { openWorld, type World } from '../world/world.ts';

const publicUrl = 'https://assay.test';
const Target = z.looseObject({ targetId: z.string() });
const Attached = z.looseObject({ sessionId: z.string() });
const Paused = z.looseObject({ requestId: z.string(), request: z.looseObject({ url: z.string(), method: z.string(), headers: z.record(z.string(), z.string()), postData: z.string().optional() }) });
const Evaluated = z.looseObject({ result: z.looseObject({ value: z.unknown().optional() }), exceptionDetails: z.looseObject({ text: z.string() }).optional() });

describeWith(['chromium'], 'approving in a browser', () => {
  const test = testWith(['chromium'], 'approving in a browser');
  let world: World;
  let browser: Browser;
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'assay-browser-'));
    browser = startBrowser(need('chromium').path ?? '', home);
    world = await openWorld({ publicUrl, config: 'version: 1\nmerge: human\napproval: { presence: passkey }\n' });
  }, 60_000);
  afterAll(async () => { await world.close(); await browser.close(); await rm(home, { recursive: true, force: true }); });

  /** A tab in which this person is signed in to GitHub and has an authenticator that knows them. */
  async function tabOf(login: string) {
    const { targetId } = Target.parse(await browser.call('Target.createTarget', { url: 'about:blank' }));
    const { sessionId } = Attached.parse(await browser.call('Target.attachToTarget', { targetId, flatten: true }));
    const call = (method: string, params: object = {}) => browser.call(method, params, sessionId);
    const gitHubCookie = world.github.signsIn(login);
    const broken: unknown[] = [];
    browser.listen(sessionId, ({ method, params }) => {
      if (method === 'Fetch.requestPaused') answer(call, { paused: Paused.parse(params), gitHubCookie }).catch((thrown: unknown) => broken.push(thrown));
    });
    await call('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
    await call('Page.enable');
    await call('WebAuthn.enable');
    await call('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
    const evaluate = async (expression: string): Promise<unknown> => {
      const { result, exceptionDetails } = Evaluated.parse(await call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true, userGesture: true }));
      if (exceptionDetails) throw new Error(exceptionDetails.text);
      return result.value;
    };
    /** Waits for what the page shows, never for a time. */
    const shows = (text: string): Promise<void> => expect.poll(async () => (broken.length > 0 ? String(broken[0]) : evaluate('location.href + "\\n" + document.body?.innerText').catch(() => 'between two pages')), { timeout: 20_000, interval: 50 }).toContain(text);
    return { opens: async (path: string) => { await call('Page.navigate', { url: `${publicUrl}${path}` }); }, clicks: (id: string) => evaluate(`document.getElementById(${JSON.stringify(id)}).click()`), shows, html: () => evaluate('document.documentElement.outerHTML') };
  }

  async function answer(call: (method: string, params?: object) => Promise<unknown>, { paused: { requestId, request }, gitHubCookie }: { paused: z.infer<typeof Paused>; gitHubCookie: string }): Promise<void> {
    const url = new URL(request.url);
    const isOwn = url.origin === publicUrl;
    if (!isOwn && url.origin !== world.github.url) return void await call('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    const { cookies } = z.looseObject({ cookies: z.array(z.looseObject({ name: z.string(), value: z.string() })) }).parse(await call('Network.getCookies', { urls: [request.url] }));
    const cookie = isOwn ? cookies.map(({ name, value }) => `${name}=${value}`).join('; ') : gitHubCookie;
    const response = await fetch(isOwn ? `${world.assay.url}${url.pathname}${url.search}` : request.url, { method: request.method, headers: { ...request.headers, cookie }, redirect: 'manual', ...(request.postData === undefined ? {} : { body: request.postData }) });
    const headers = [...response.headers].filter(([name]) => !['content-length', 'transfer-encoding', 'connection'].includes(name));
    await call('Fetch.fulfillRequest', { requestId, responseCode: response.status, responseHeaders: headers.map(([name, value]) => ({ name, value })), body: Buffer.from(await response.arrayBuffer()).toString('base64') });
  }

  test('P10 a passkey of the browser\'s own authenticator signs the evidence, and the comment counts', async () => {
    const pull = await world.grace.proposes({ branch: 'in-browser', files: { 'README.md': '# Shop\n\nSigned.\n' } });
    await world.settled();
    const comment = await world.founder.comments(pull.number, await world.approveLine(pull.number));
    await world.settled();
    const [reply = ''] = await world.replies(pull.number, comment);
    const path = new URL(/\]\((https:[^)]+)\)/.exec(reply)![1]!).pathname;

    const tab = await tabOf('ada');
    await tab.opens('/passkeys');
    await tab.shows('Signed in as ada');
    await tab.clicks('add');
    await tab.shows('never');
    expect(await judgePage(browser, String(await tab.html()))).toEqual([]);

    await tab.opens(path);
    await tab.shows(pull.head.sha);
    expect(await judgePage(browser, String(await tab.html()))).toEqual([]);
    expect((await world.conclusions(pull.head.sha)).assay).toBe('action_required');
    await tab.clicks('sign');
    await tab.shows('Signed. The pull request shows it in a moment.');
    await world.settled();
    expect((await world.conclusions(pull.head.sha)).assay).toBe('success');
  }, 90_000);
});
