/** golangci-lint itself, offline, over packages whose types it knows and others. */
import { expect, it } from 'vitest';
import { describeWith } from '../../../test/tools.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { textFile } from '../../core/tree.ts';
import { factsOf, fixtureNow } from '../../guardrails/facts.fixture.ts';
import { golangciLint } from './golangci-lint.ts';

function request(head: Record<string, string>): ToolRequest {
  const tree = Object.fromEntries(Object.entries(head).map(([path, text]) => [path, textFile(text)]));
  return { guardrail: 'G16', changed: factsOf(head).changed, head: tree, base: {}, settings: undefined, now: fixtureNow, limitMs: 120_000 };
}
async function rows(asked: ToolRequest): Promise<string[]> {
  const { state, findings, why } = await golangciLint().scan(asked);
  return [why === null ? state : `${state}: ${why}`, ...findings.map(({ rule, path, startLine, endLine, level }) => `${rule} ${path}:${startLine}-${endLine} ${level}`).sort()];
}
const module = { 'go.mod': 'module example.com/a\n\ngo 1.99\n\nrequire example.com/not/here v1.0.0\n' };
const careless = 'package shop\n\nimport "os"\n\nfunc Clean(path string) {\n\tos.Remove(path) //nolint:errcheck\n}\n';

describeWith(['golangci-lint', 'go'], 'golangci-lint', () => {
  it('names an error that nobody looks at, whatever the change silences', async () => {
    const silencing = { '.golangci.yml': 'version: "2"\nlinters: {default: none}\n', ...module };
    expect(await rows(request({ ...silencing, 'shop/a.go': careless }))).toEqual(['findings', 'errcheck shop/a.go:6-6 info']);
  }, 120_000);

  it('is clean over sound code, and says nothing of packages whose types it cannot know', async () => {
    expect(await rows(request({ ...module, 'a.go': 'package a\n\nfunc F() int { return 1 }\n' }))).toEqual(['clean']);
    expect(await rows(request({ ...module, 'a.go': careless.replace('"os"', '(\n\t"os"\n\n\t_ "example.com/not/here"\n)') }))).toEqual(['clean']);
    expect(await rows(request({ ...module, 'a.go': 'package a\n\nfunc F( {\n' }))).toEqual(['clean']);
    expect(await rows(request({ ...module, 'w/a_windows.go': 'package a\n' }))).toEqual(['clean']);
    expect(await rows(request({ ...module, 'w/a_windows.go': 'package a\n', 'shop/a.go': careless }))).toEqual(['findings', 'errcheck shop/a.go:6-6 info']);
  }, 120_000);
});
