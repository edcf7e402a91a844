/** gosec itself: what it finds offline, what it cannot be talked out of, and what stands in for it when it breaks. */
import { expect, it } from 'vitest';
import { describeWith } from '../../../test/tools.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { textFile } from '../../core/tree.ts';
import { factsOf, fixtureNow } from '../../guardrails/facts.fixture.ts';
import { gosec } from './gosec.ts';

function request(head: Record<string, string>, others: Record<string, string> = {}): ToolRequest {
  const tree = Object.fromEntries(Object.entries({ ...others, ...head }).map(([path, text]) => [path, textFile(text)]));
  return { guardrail: 'G06', changed: factsOf(head).changed, head: tree, base: {}, settings: undefined, now: fixtureNow, limitMs: 120_000 };
}
async function rows(asked: ToolRequest): Promise<string[]> {
  const { state, findings, why } = await gosec().scan(asked);
  return [why === null ? state : `${state}: ${why}`, ...findings.map(({ rule, path, startLine, level }) => `${rule} ${path}:${startLine} ${level}`).sort()];
}
const query = (silenced = '') => `package a\n\nimport (\n\t"database/sql"\n\t"fmt"\n\t"net/http"\n)\n\nfunc h(db *sql.DB, r *http.Request) {\n\tdb.Query(fmt.Sprintf("SELECT * FROM a WHERE b = '%s'", r.FormValue("x")))${silenced}\n}\n`;

describeWith(['gosec', 'go'], 'gosec', () => {
  it('follows a request into a statement, whatever the change silences', async () => {
    const found = await rows(request({ 'shop/a.go': query(' // #nosec G701 -- trust me') }));
    expect(found).toContain('G701 shop/a.go:10 high/high');
  }, 120_000);

  it('knows the types of the change\'s own modules, fetches none, and takes no word of go.mod', async () => {
    const helper = 'package keys\n\nconst Columns = "a, b"\n';
    const user = (more = '') => `package main\n\nimport (\n\t"crypto/md5"\n\t"database/sql"\n\t"net/http"\n\n\t"example.com/keys"\n${more})\n\nfunc h(db *sql.DB, r *http.Request) {\n\tmd5.New()\n\t_, _ = db.Query("SELECT " + keys.Columns + " FROM a WHERE b = " + r.FormValue("x"))\n}\n`;
    const others = { 'lib/keys.go': helper, 'lib/go.mod': 'module example.com/keys\n\ngo 1.99\n\ntoolchain go1.99.0\n', 'go.mod': 'module example.com/app\n\ngo 1.99\n\nrequire example.com/not/here v1.0.0\n\ntool example.com/not/here\n' };
    const known = await rows(request({ 'cmd/main.go': user() }, others));
    expect(known).toEqual(expect.arrayContaining(['findings', 'G401 cmd/main.go:12 medium/high', 'G701 cmd/main.go:13 high/high']));
    // Without the types of what is not here some rules are silent, and others are not.
    const unknown = await rows(request({ 'cmd/main.go': user('\t_ "example.com/not/here"\n') }, others));
    expect(unknown).toContain('G401 cmd/main.go:13 medium/high');
    expect(unknown).not.toContain('G701 cmd/main.go:14 high/high');
  }, 120_000);

  it('is clean over sound code, and leaves a file that does not parse to the embedded engine', async () => {
    expect(await rows(request({ 'a.go': 'package a\n\nfunc F() int { return 1 }\n' }))).toEqual(['clean']);
    expect(await rows(request({ 'a.go': 'package a\n\nfunc F( {\n' }))).toEqual(['clean']);
    expect(await rows(request({ 'a_windows.go': 'package a\n' }))).toEqual(['clean']);
    expect(await rows(request({ 'a.py': 'x = 1\n' }))).toEqual(['clean']);
  }, 120_000);
});
