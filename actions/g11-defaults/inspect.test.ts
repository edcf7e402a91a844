import { describe, expect, it } from 'vitest';
import { ToolAnswer } from '../../app/core/tool-answer.ts';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';

const codes = (path: string, text: string): string[] => inspect(factsOf({ [path]: text })).map((finding) => `${finding.code}:${finding.startLine}`);

describe('defaults', () => {
  it.each([
    ['verification off', 'a.py', 'import requests\n\nrequests.get(u, timeout=5, verify=False)\n', ['TLS_UNVERIFIED:3']],
    ['no time limit', 'a.py', 'import requests\n\nrequests.get(u)\nrequests.get(u, timeout=3)\n', ['NO_TIMEOUT:3']],
    ['arguments that are spread may hold the limit', 'a.py', 'import requests\n\nrequests.get(u, **options)\n', []],
    ['Django in debug', 'settings.py', 'DEBUG = True\nALLOWED_HOSTS = ["*"]\nINSTALLED_APPS = []\n', ['DEBUG_ENABLED:1', 'HOSTS_ANY:2']],
    ['a constant of that name elsewhere', 'a.py', 'DEBUG = True\n', []],
    ['a cookie', 'a.js', 'res.cookie("a", b, { httpOnly: false });\n', ['COOKIE_INSECURE:1']],
    ['mail without TLS is no cookie', 'a.js', 'const session = 1; nodemailer.createTransport({ secure: false });\n', []],
    ['CORS', 'a.ts', "import cors from 'cors';\n\napp.use(cors({ origin: '*' }));\napp.use(cors({ origin: 'https://a.example' }));\n", ['CORS_ANY:3']],
    ['options that a name holds', 'a.ts', "import cors from 'cors';\n\nconst options = { origin: true };\napp.use(cors(options));\n", ['CORS_ANY:4']],
    ['a password that everybody tries', 'a.ts', "export const user = { name: 'a', password: 'changeme' };\n", ['DEFAULT_PASSWORD:1']],
    ['a password from outside', 'a.ts', 'export const user = { password: process.env.DB_PASSWORD };\n', []],
    ['negation', 'a.go', 'package a\n\nimport "crypto/tls"\n\nvar c = tls.Config{InsecureSkipVerify: !false}\n', ['TLS_UNVERIFIED:5']],
    ['a server with a limit', 'a.go', 'package a\n\nimport "net/http"\n\nvar s = http.Server{Addr: ":1", ReadTimeout: 5}\n', []],
    ['old TLS through a name', 'a.go', 'package a\n\nimport "crypto/tls"\n\nconst v = tls.VersionTLS10\n\nvar c = tls.Config{MinVersion: v}\n', ['TLS_OLD:7']],
  ])('%s', (_, path, text, expected) => {
    expect(codes(path, text)).toEqual(expected);
  });

  it.each([
    ['on: [push, pull_request]', 1], ['on: push', 0], ['on:\n  issue_comment:\n    types: [created]', 1], ['on: workflow_dispatch', 0],
  ])('workflow %s', (on, count) => {
    const text = `${on}\njobs:\n  a:\n    runs-on: self-hosted\n    steps: [{run: make}]\n`;
    expect(codes('.github/workflows/a.yml', text)).toHaveLength(count);
    expect(codes('other/a.yml', text)).toEqual([]);
  });

  it('tells what gosec says of the same defaults, once', () => {
    const finding = (rule: string, startLine: number) => ({ rule, path: 'a.go', startLine, endLine: startLine, message: rule, level: 'high/high' });
    const text = 'package a\n\nimport (\n\t"crypto/tls"\n\t"net/http"\n)\n\nvar c = tls.Config{InsecureSkipVerify: true}\n\nfunc f() { http.ListenAndServe("127.0.0.1:1", nil) }\n';
    const tools = { gosec: ToolAnswer.parse({ tool: 'gosec', version: '1', state: 'findings', findings: [finding('G402', 8), finding('G114', 10), finding('G108', 5), finding('G401', 1)] }) };
    const own = inspect(factsOf({ 'a.go': text })).map(({ code, startLine }) => `${code}:${startLine}`);
    expect(own).toEqual(['TLS_UNVERIFIED:8', 'NO_TIMEOUT:10']);
    const all = inspect(factsOf({ 'a.go': text }, {}, { tools })).map(({ code, startLine, severity }) => `${code}:${startLine}${severity ? ` ${severity}` : ''}`);
    expect(all.filter((each) => !own.includes(each))).toEqual(['PROFILER_EXPOSED:5 info']);
  });

  it('says the same on a second look', () => {
    const facts = factsOf({ 'a.py': 'import requests\n\nrequests.get(u)\n' });
    expect(inspect(facts)).toEqual(inspect(facts));
  });
});
