/**
 * One HTML text in a tab of its own, judged by axe. The document comes from a string under a content policy that allows no script; axe itself comes in through the debugger,
 * which the policy does not bind.
 */
import { z } from 'zod';
import { axeQuestion, axeSource, Violations } from '../../core/axe.ts';
import { problemOf } from '../../core/errors.ts';
import type { Browser } from './pipe.ts';

export { axeVersion } from '../../core/axe.ts';

const pageMs = 20_000;
const address = 'http://page.invalid/';
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; script-src 'none'; form-action 'none'; base-uri 'none'";

/** A page with a fault that only a browser sees. */
const canary = '<!DOCTYPE html><html lang="en"><head><title>t</title></head><body style="background:#fff"><p style="color:#eee">pale</p></body></html>';

/** A browser that does not see the known fault has judged nothing, whatever it says of other pages. */
export async function seesFaults(browser: Browser): Promise<boolean> {
  return (await judgePage(browser, canary)).some(({ rule }) => rule === 'color-contrast');
}

const Target = z.looseObject({ targetId: z.string() });
const Session = z.looseObject({ sessionId: z.string() });
const Paused = z.looseObject({ requestId: z.string(), request: z.looseObject({ url: z.string() }), resourceType: z.string() });
const Evaluated = z.looseObject({ result: z.looseObject({ value: z.unknown().optional() }), exceptionDetails: z.looseObject({ text: z.string() }).optional() });

/** A tab of its own for every page. */
export async function judgePage(browser: Browser, html: string): Promise<Violations> {
  const { targetId } = Target.parse(await browser.call('Target.createTarget', { url: 'about:blank' }));
  const { sessionId } = Session.parse(await browser.call('Target.attachToTarget', { targetId, flatten: true }));
  const call = (method: string, params: object = {}) => browser.call(method, params, sessionId);
  try {
    await inTime(open(browser, { html, sessionId, call }));
    await inTime(evaluate(call, axeSource));
    return Violations.parse(JSON.parse(String(await inTime(evaluate(call, axeQuestion)))));
  } finally {
    await browser.call('Target.closeTarget', { targetId });
  }
}

type Call = (method: string, params?: object) => Promise<unknown>;

/** The first document is ours; whatever else the page asks for, another document too, is aborted: an aborted navigation leaves the page where it is. */
async function open(browser: Browser, { html, sessionId, call }: { html: string; sessionId: string; call: Call }): Promise<void> {
  let served = false;
  const loaded = new Promise<void>((resolve, reject) => {
    const failed = (thrown: unknown): void => reject(new Error(problemOf(thrown).message));
    browser.listen(sessionId, ({ method, params }) => {
      if (method === 'Page.loadEventFired' && served) resolve();
      if (method === 'Inspector.targetCrashed') reject(new Error('the page crashed the browser'));
      if (method !== 'Fetch.requestPaused') return;
      const { requestId, request, resourceType } = Paused.parse(params);
      const mine = !served && resourceType === 'Document' && request.url === address;
      served ||= mine;
      (mine ? call('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders: [{ name: 'Content-Type', value: 'text/html; charset=utf-8' }, { name: 'Content-Security-Policy', value: policy }], body: Buffer.from(html).toString('base64') }) : call('Fetch.failRequest', { requestId, errorReason: 'Aborted' })).catch(failed);
    });
  });
  await call('Page.enable');
  await call('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
  await call('Page.navigate', { url: address });
  await loaded;
}

async function evaluate(call: Call, expression: string): Promise<unknown> {
  const { result, exceptionDetails } = Evaluated.parse(await call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }));
  if (exceptionDetails) throw new Error(`axe could not run: ${exceptionDetails.text}`);
  return result.value;
}

function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`a page took longer than ${pageMs} ms`)), pageMs); });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
