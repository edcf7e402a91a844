/** bandit and semgrep themselves, over files that would rather not be judged. */
import { expect, it } from 'vitest';
import { describeWith } from '../../../test/tools.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { factsOf, fixtureNow } from '../../guardrails/facts.fixture.ts';
import { bandit } from './bandit.ts';
import { semgrep } from './semgrep.ts';

const request = (head: Record<string, string>): ToolRequest => ({ guardrail: 'G06', changed: factsOf(head).changed, head: {}, base: {}, settings: undefined, now: fixtureNow, limitMs: 60_000 });

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
});
