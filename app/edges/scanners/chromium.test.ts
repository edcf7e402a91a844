/** axe in the real Chromium: sees what needs layout, runs nothing of the page, asks for nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { describeWith, testWith } from '../../../test/tools.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { chromium } from './chromium.ts';

function request(files: Record<string, string>, limitMs = 120_000): ToolRequest {
  const changed = Object.entries(files).map(([path, text]) => ({ path, text, baseText: null, changedLines: new Set([1]) }));
  return { guardrail: 'accessibility', changed, head: {}, base: {}, settings: undefined, now: 0, limitMs };
}
const page = (body: string) => `<!DOCTYPE html>\n<html lang="en">\n<head><title>Shop</title></head>\n<body>\n${body}\n</body>\n</html>\n`;

describeWith(['chromium'], 'axe in Chromium', () => {
  const it = testWith(['chromium'], 'axe in Chromium');
  it('finds pale text with its line, runs no script of the page and asks no server', async () => {
    let asked = 0;
    const server = createServer((_, response) => { asked += 1; response.end(); });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', () => resolve()); });
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const busy = `<main id="m">hi</main><img src="${address}a.png" alt="a" onerror="document.documentElement.lang=''">\n<script src="${address}a.js"></script><script>document.documentElement.lang = ''; for (;;);</script><meta http-equiv="refresh" content="0; url=${address}"><iframe title="f" src="${address}f"></iframe>`;
    const answer = await chromium().scan(request({ 'pale.html': page('<p>Our shop</p>\n<p style="background:#fff;color:#eee">pale</p>'), 'busy.html': page(busy), 'good.html': page('<main>hi</main>'), 'src/a.ts': 'export {}' }));
    server.close();
    expect(answer.state, answer.why ?? '').toBe('findings');
    expect(answer.findings.map(({ rule, path, startLine }) => `${rule} ${path}:${startLine}`)).toEqual(['color-contrast pale.html:6']);
    expect(asked).toBe(0);
  });

  it('tells a time limit from an answer, and needs no browser where there is no page', async () => {
    expect(await chromium().scan(request({ 'a.html': page('hi') }, 1))).toMatchObject({ state: 'timeout' });
    expect(await chromium().scan(request({ 'a.ts': '', 'b.html': page('{{ name }}') }, 1))).toMatchObject({ state: 'clean', findings: [] });
  });
});
