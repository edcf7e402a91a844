/**
 * axe in Chromium over changed HTML: laid out and styled, so that contrast and visibility count. The page's own scripts never run: the document comes from a string under a
 * content policy that allows none, and every other request fails. A page of our own with a known fault goes first; a browser that does not see it has judged nothing.
 */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Violations } from '../../core/axe.ts';
import { problemOf } from '../../core/errors.ts';
import { isPage, isTemplate } from '../../core/html-files.ts';
import { placesIn } from '../../core/html-places.ts';
import type { Scanner, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer, type ToolFinding } from '../../core/tool-answer.ts';
import { startBrowser } from '../browser/pipe.ts';
import { installCommand, readLock, toolNamed, toolPath } from '../tools/lock.ts';

export const chromium = (): Scanner => ({
  name: 'chromium', perGuardrail: false, version: toolNamed('chromium', readLock()).version,
  // The distribution's version is not in any lock, so an answer is never kept for another day's browser.
  keyed: () => null, scan,
});

function pagesOf({ changed }: ToolRequest): Record<string, string> {
  return Object.fromEntries(changed.filter(({ path, text }) => isPage(path) && !isTemplate(text)).map(({ path, text }) => [path, text]));
}

async function scan(request: ToolRequest): Promise<ToolAnswer> {
  const tool = toolNamed('chromium', readLock());
  const program = toolPath('chromium');
  if (program === null) return ToolAnswer.parse({ tool: 'chromium', version: tool.version, state: 'missing', why: 'it is not installed', install: installCommand(tool) });
  const pages = Object.entries(pagesOf(request));
  if (pages.length === 0) return ToolAnswer.parse({ tool: 'chromium', version: tool.version, state: 'clean' });
  // Loaded where it is needed: axe is large, and most changes have no page.
  const { axeVersion, judgePage, seesFaults } = await import('../browser/judge-page.ts');
  const answer = (more: object): ToolAnswer => ToolAnswer.parse({ tool: 'chromium', version: `axe ${axeVersion}`, ...more });
  const home = mkdtempSync(join(tmpdir(), 'assay-chromium-'));
  const browser = startBrowser(program, home);
  let late = false;
  const timer = setTimeout(() => { late = true; void browser.close(); }, request.limitMs);
  try {
    if (!await seesFaults(browser)) return answer({ state: 'unknown', why: 'it did not see the fault that it must see' });
    const findings: ToolFinding[] = [];
    for (const [path, html] of pages) findings.push(...placed(path, { html, violations: await judgePage(browser, html) }));
    return answer({ state: findings.length > 0 ? 'findings' : 'clean', findings });
  } catch (thrown) {
    return answer(late ? { state: 'timeout', why: `no answer within ${request.limitMs} ms` } : { state: 'crashed', why: problemOf(thrown).message.slice(0, 300) });
  } finally {
    clearTimeout(timer);
    await browser.close();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

function placed(path: string, { html, violations }: { html: string; violations: Violations }): ToolFinding[] {
  const places = placesIn(html);
  return violations.map(({ rule, way, html: message }) => ({ rule, path, ...places(way), message, level: 'error' }));
}
