import { describe, expect, it } from 'vitest';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { ToolAnswer } from '../../app/core/tool-answer.ts';
import { inspect } from './inspect.ts';

const codes = (path: string, text: string): string[] => inspect(factsOf({ [path]: text })).map((finding) => `${finding.code}:${finding.startLine}${finding.severity ? ` ${finding.severity}` : ''}`);
const js = (text: string) => codes('src/a.js', text);
const py = (text: string) => codes('src/a.py', text);
const go = (text: string) => codes('src/a.go', `package a\n${text}`);

describe('where a value comes from', () => {
  it.each([
    ['a constant through a name', "import { exec } from 'node:child_process';\nconst c = 'ls';\nexec(c + ' -l');\n", []],
    ['a parameter', "import { exec } from 'node:child_process';\nexport const f = (a) => exec('ls ' + a);\n", ['COMMAND_INJECTION:2']],
    ['another exec', 'const m = /a/;\nexport const f = (text) => m.exec(text);\n', []],
    ['a choice of written texts', "export const f = (db, by: 'a' | 'b') => db.query(`SELECT * FROM t ORDER BY ${by}`);\n", [], 'ts'],
    ['a name that hides the import', "const cp = require('child_process');\nexport function f(text) {\n  const cp = /a/;\n  return cp.exec(text);\n}\n", []],
    ['the last assignment before the call', "const cp = require('child_process');\nexport function f(text) {\n  let c = 'ls ' + text;\n  c = 'ls';\n  cp.exec(c);\n}\n", []],
    ['a function of the same file', "const line = (a) => 'DELETE FROM t WHERE a = ' + a;\nexport const f = (db, req) => db.query(line(req.body.a));\n", ['SQL_INJECTION:2']],
    ['placeholders made by number', "export const f = (db, ids) => db.query(`SELECT * FROM t WHERE id IN (${ids.map(() => '?').join(',')})`, ids);\n", []],
    ['a tagged template', 'export const f = (sql, id) => sql.query`SELECT * FROM t WHERE id = ${id}`;\n', []],
  ])('%s', (_, text, expected, kind = 'js') => {
    expect([...new Set(codes(`src/a.${kind}`, text))]).toEqual(expected);
  });

  it('does not take a helper that opens what it is told to for a fault, but what a request hands to it', () => {
    const helper = "import fs from 'node:fs';\nfunction load(name) {\n  return fs.readFileSync(name);\n}\n";
    expect(js(`${helper}export const a = () => load('a.txt');\n`)).toEqual([]);
    expect(js(`${helper}export const a = (req) => load(req.query.name);\n`)).toEqual(['PATH_TRAVERSAL:3']);
  });

  it('reads constants of a Go package from the other files of the change', () => {
    const head = { 'db/a.go': 'package db\n\nimport "database/sql"\n\nfunc f(db *sql.DB) {\n\tdb.Query("SELECT * FROM t WHERE a = " + kind)\n}\n' };
    expect(inspect(factsOf({ ...head, 'db/b.go': 'package db\n\nconst kind = "x"\n' }))).toEqual([]);
    expect(inspect(factsOf({ ...head, 'db/b.go': 'package db\n\nimport "os"\n\nvar kind = os.Args[1]\n' })).map(({ code }) => code)).toEqual(['SQL_INJECTION']);
  });
});

describe('per language', () => {
  it.each([
    ['an alias', 'from os import system as run\n\n\ndef f(x):\n    run("ls " + x)\n', ['COMMAND_INJECTION:5']],
    ['no shell', 'import subprocess\n\n\ndef f(x):\n    subprocess.run(["ls", x])\n', []],
    ['shlex.quote', 'import os, shlex\n\n\ndef f(x):\n    os.system("ls " + shlex.quote(x))\n', []],
    ['a route parameter', 'import flask\n\n\n@app.route("/<name>")\ndef f(name):\n    return open(name)\n', ['PATH_TRAVERSAL:6']],
    ['a hash that is no security', 'import hashlib\n\nhashlib.md5(b"", usedforsecurity=False)\nhashlib.new("sha1")\n', ['WEAK_HASH:4']],
    ['safe and unsafe loaders', 'import yaml\n\n\ndef f(x):\n    yaml.load(x, Loader=yaml.SafeLoader)\n    return yaml.load(x)\n', ['UNSAFE_DESERIALISATION:6']],
    ['dice', 'import random\n\nroll = random.randint(1, 6)\ntoken = random.randint(1, 10**9)\n', ['WEAK_RANDOM:4']],
  ])('Python: %s', (_, text, expected) => {
    expect(py(text)).toEqual(expected);
  });

  it.each([
    ['a number in a format', 'import (\n\t"database/sql"\n\t"fmt"\n)\n\nfunc f(db *sql.DB, id int) {\n\tdb.Query(fmt.Sprintf("SELECT * FROM t WHERE id = %d", id))\n}\n', []],
    ['a nonce that is filled', 'import (\n\t"crypto/cipher"\n\t"crypto/rand"\n)\n\nfunc f(b cipher.Block) {\n\tiv := []byte("0123456789abcdef")\n\trand.Read(iv)\n\tcipher.NewCTR(b, iv)\n}\n', []],
    ['a nonce that is written', 'import "crypto/cipher"\n\nfunc f(b cipher.Block) {\n\tcipher.NewCTR(b, []byte("0123456789abcdef"))\n}\n', ['FIXED_NONCE:5']],
    ['a secret field', 'import "encoding/json"\n\ntype T struct {\n\tPassword string\n}\n\nfunc f(t T) {\n\tjson.Marshal(t)\n}\n', ['SECRET_SERIALISED:9']],
    ['a secret field kept out', 'import "encoding/json"\n\ntype T struct {\n\tPassword string `json:"-"`\n}\n\nfunc f(t T) {\n\tjson.Marshal(t)\n}\n', []],
  ])('Go: %s', (_, text, expected) => {
    expect(go(text)).toEqual(expected);
  });

  it.each([
    ['nested repetition', '/^(a+)+$/', 1], ['two that overlap', '/(x+x+)+y/', 1], ['the same letter twice', '/^(\\w|\\d)+$/', 1], ['parts that exclude each other', '/^(\\s+\\w+)*$/', 0],
    ['a certain separator', '/^(\\d+,)*$/', 0], ['nothing can fail after it', '/(a+)+/', 0], ['plain', '/^\\d{3}-\\d{4}$/', 0],
  ])('patterns: %s', (_, pattern, count) => {
    expect(js(`export const p = ${pattern};\n`)).toHaveLength(count);
  });
});

describe('at the edges', () => {
  it('tells what tests, examples and built files do, and blocks none of it', () => {
    for (const path of ['tests/a.py', 'src/a_test.py', 'examples/a.py', 'docs/a.py']) expect(codes(path, 'import os\n\n\ndef f(x):\n    os.system(x)\n')).toEqual(['COMMAND_INJECTION:5 info']);
  });

  it('takes an engine’s word once for one place, and not at all for what proved imprecise', () => {
    const finding = { rule: 'B602', path: 'src/a.py', startLine: 5, endLine: 5, message: 'shell', level: 'high/high' };
    const tools = { bandit: { tool: 'bandit', version: '1', state: 'findings' as const, findings: [finding, { ...finding, rule: 'B301', startLine: 9, endLine: 9 }, { ...finding, rule: 'B310', startLine: 11, endLine: 11 }], data: null, why: null, install: null, remedy: null, ms: 0 } };
    const found = inspect(factsOf({ 'src/a.py': 'import os\n\n\ndef f(x):\n    os.system(x)\n' }, {}, { tools }));
    expect(found.map(({ code, startLine, severity }) => `${code}:${startLine} ${severity ?? 'blocks'}`)).toEqual(['COMMAND_INJECTION:5 blocks', 'UNSAFE_DESERIALISATION:9 blocks', 'SSRF:11 info']);
  });

  it('takes gosec for what it is sure of, tells the rest, and counts a grade that nobody knows as high', () => {
    const finding = (rule: string, startLine: number, level = 'medium/high') => ({ rule, path: 'a.go', startLine, endLine: startLine, message: rule, level });
    const tools = { gosec: ToolAnswer.parse({ tool: 'gosec', version: '1', state: 'findings', findings: [finding('G405', 1), finding('G406', 2, 'critical/unheard-of'), finding('G407', 3, 'low/high'), finding('G304', 4), finding('G104', 5), finding('toString', 6)] }) };
    const found = inspect(factsOf({ 'a.go': 'package a\n' }, {}, { tools }));
    expect(found.map(({ code, startLine, severity }) => `${code}:${startLine} ${severity ?? 'blocks'}`)).toEqual(['WEAK_CIPHER:1 blocks', 'WEAK_HASH:2 blocks', 'FIXED_NONCE:3 info', 'PATH_TRAVERSAL:4 info']);
  });

  it('reads long lines and deep nesting in linear time', () => {
    const started = performance.now();
    js(`exec(${'('.repeat(300)}a${')'.repeat(300)});\nvar x = ${'"a" + b + '.repeat(2000)}c; eval(x);\n`);
    js(`/${'(a|b)*'.repeat(800)}/;\n`);
    py(`x = ${'f(a, b) + '.repeat(3000)}1\nos.system(x)\n`);
    py(`import os\n\n\ndef f(z):\n${'    x = z\n'.repeat(2000)}${'    os.system(x)\n'.repeat(50)}`);
    py(`${'\n'.repeat(200_000)}eval(x)\n`);
    js(`for(${' '.repeat(200_000)}x`);
    expect(performance.now() - started).toBeLessThan(6000);
  });

  it('survives text that does not parse', () => {
    expect(js('function ( { exec(`${')).toEqual([]);
    expect(py('def f(:\n  os.system(')).toEqual([]);
    expect(go('func {{{ exec.Command(')).toEqual([]);
  });
});
