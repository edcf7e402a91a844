/** axe in a document without a browser: nothing of the page's own runs, nothing is loaded, nothing is laid out. */
import { JSDOM, VirtualConsole } from 'jsdom';
import { axeQuestion, axeSource, Violations } from '../../app/core/axe.ts';

export async function violationsIn(html: string): Promise<Violations> {
  const dom = new JSDOM(html, { runScripts: 'outside-only', pretendToBeVisual: true, virtualConsole: new VirtualConsole() });
  try {
    dom.window.eval(axeSource);
    const answer: unknown = await dom.window.eval(axeQuestion);
    return Violations.parse(JSON.parse(String(answer)));
  } finally {
    dom.window.close();
  }
}
