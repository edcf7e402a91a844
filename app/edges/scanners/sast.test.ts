/** bandit and semgrep themselves, over files that would rather not be judged. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { describeWith } from '../../../test/tools.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { toolPath } from '../tools/lock.ts';
import { factsOf, fixtureNow } from '../../guardrails/facts.fixture.ts';
import { bandit } from './bandit.ts';
import { semgrep } from './semgrep.ts';

const request = (head: Record<string, string>): ToolRequest => ({ guardrail: 'G06', changed: factsOf(head).changed, head: {}, base: {}, settings: undefined, now: fixtureNow, limitMs: 60_000 });

const rules = fileURLToPath(new URL('../../../rulepacks/sast/semgrep', import.meta.url));
const Line = z.looseObject({ line: z.number() });
const Results = z.looseObject({ results: z.array(z.looseObject({ check_id: z.string(), path: z.string(), start: Line, end: Line })) });

/** One file of each language in which a request reaches each kind of sink, one that is half broken, and one that is clean. */
const tainted = {
  'a.ts': "import { exec } from 'node:child_process';\n\nexport function a(req, res, db, fs) {\n  let q = req.query.x;\n  if (q) q += 'y';\n  db.query('SELECT ' + q);\n  exec('ls ' + q);\n  fs.readFileSync(q);\n  fetch(q);\n  res.redirect(q);\n  eval(q);\n  db.query(Number(q));\n}\n",
  'a.py': "import os\nimport requests\nfrom flask import redirect, request\n\n\ndef a(cursor):\n    q = request.args['x']\n    for _ in range(2):\n        q = q + 'y'\n    cursor.execute('SELECT ' + q)\n    os.system('ls ' + q)  # nosemgrep\n    open(q)\n    requests.get(q)\n    eval(q)\n    return redirect(q)\n",
  'a.go': 'package a\n\nimport (\n\t"database/sql"\n\t"net/http"\n\t"os"\n\t"os/exec"\n)\n\nfunc h(w http.ResponseWriter, r *http.Request, db *sql.DB) {\n\tq := r.FormValue("x")\n\tdb.Query("SELECT " + q)\n\texec.Command("sh", "-c", q)\n\tos.Open(q)\n\thttp.Get(q)\n\thttp.Redirect(w, r, q, 302)\n}\n',
  'half.py': 'import os\nfrom flask import request\n\n\ndef a(:\n    pass\n\n\ndef b():\n    os.system("ls " + request.args["x"])\n',
  'clean.js': 'export const a = (req) => req.query.x;\n',
};

describeWith(['bandit'], 'bandit', () => {
  it('ignores suppressions and folders that it would leave out', async () => {
    const answer = await bandit().scan(request({ '.tox/a.py': 'import pickle\n\npickle.loads(x)  # nosec\n', 'bad.py': 'def f(:\n', 'a.js': 'eval(x)\n' }));
    expect([answer.state, ...answer.findings.map(({ rule, path, startLine, level }) => `${rule} ${path}:${startLine} ${level}`)]).toEqual(['findings', 'B403 .tox/a.py:1 low/high', 'B301 .tox/a.py:3 medium/high']);
  });

  it('is clean without a finding, and not started without Python', async () => {
    expect((await bandit().scan(request({ 'a.py': 'print(1)\n' }))).state).toBe('clean');
    expect((await bandit().scan(request({ 'a.js': 'eval(x)\n' }))).state).toBe('clean');
  });
});

describeWith(['semgrep'], 'semgrep', () => {
  it('follows a request through a branch, in tests too, whatever the change silences', async () => {
    const answer = await semgrep().scan(request({
      'tests/a.js': 'export function a(req, db) {\n  let q = "SELECT * FROM a WHERE b = ";\n  if (req.query.x) q += req.query.x;\n  db.query(q); // nosemgrep\n}\n',
      'a.go': 'package a\n\nimport (\n\t"net/http"\n\t"os"\n)\n\nfunc h(w http.ResponseWriter, r *http.Request) {\n\tos.Open(r.FormValue("x"))\n}\n',
      'a.py': 'import os\nfrom flask import request\n\nos.system("ls " + request.args["a"])\n',
      '.semgrepignore': 'tests/\n',
    }));
    expect([answer.state, ...answer.findings.map(({ rule, path, startLine }) => `${rule} ${path}:${startLine}`).sort()]).toEqual(['findings', 'COMMAND_INJECTION-python a.py:4', 'PATH_TRAVERSAL-go a.go:9', 'SQL_INJECTION-script tests/a.js:4']);
  }, 60_000);

  it('looks at every file, also at those whose names it would pass over', async () => {
    const text = 'export function a(req) {\n  eval(req.query.x);\n}\n';
    const paths = ['A.JS', 'a.cts', 'a.min.js', 'a.mts', 'node_modules/a.js', "x y'z.tsx"];
    const answer = await semgrep().scan(request(Object.fromEntries(paths.map((path) => [path, text]))));
    expect(answer.findings.map(({ rule, path, startLine }) => `${rule} ${path}:${startLine}`).sort()).toEqual(paths.map((path) => `CODE_INJECTION-script ${path}:2`));
    expect((await semgrep().scan(request({ 'only.mts': 'export const a = 1;\n' }))).state).toBe('clean');
  }, 60_000);

  it('finds by its native front what it finds by the other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-fronts-'));
    try {
      for (const [path, text] of Object.entries({ ...tainted, '.semgrepignore': '' })) writeFileSync(join(folder, path), text);
      const printed = execFileSync(toolPath('semgrep')!, ['scan', '--config', rules, '--metrics=off', '--disable-version-check', '--no-git-ignore', '--disable-nosem', '--json', '--quiet', folder], { encoding: 'utf8' });
      const expected = Results.parse(JSON.parse(printed)).results.map(({ check_id: id, path, start, end }) => `${id.split('.').at(-1)} ${relative(folder, path)}:${start.line}-${end.line}`);
      expect(new Set(expected.map((each) => each.split('-')[0])).size).toBeGreaterThanOrEqual(6);
      const found = (await semgrep().scan(request(tainted))).findings.map(({ rule, path, startLine, endLine }) => `${rule} ${path}:${startLine}-${endLine}`);
      expect(found.sort()).toEqual(expected.sort());
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});
