import { describe, expect, it } from 'vitest';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';

function told(head: Record<string, string>, base: Record<string, string> = {}): string[] {
  return inspect(factsOf(head, base)).filter(({ code }) => code !== 'NOTHING_KEEPS_FRESH').map(({ code, path, startLine, values }) => `${code} ${path}:${startLine} ${values?.name ?? values?.what ?? values?.endpoint ?? values?.module ?? ''}`.trim());
}
const api = (schema: object, more: object = {}) => JSON.stringify({
  openapi: '3.0.3', info: { version: '1.0.0' },
  paths: { '/a/{id}': { post: { requestBody: { content: { 'application/json': { schema } } }, responses: { 200: { content: { 'application/json': { schema } } } } } }, ...more },
});

describe('names that are not there', () => {
  it.each([
    ['a default that is none', { 'b.ts': 'export const b = 1;\n' }, "import b from './b.ts';\n", ['EXPORT_MISSING a.ts:1 default']],
    ['a name behind two stars', { 'b.ts': "export * from './c.ts';\n", 'c.ts': 'export interface Shape { a: 1 }\nexport enum Kind { A }\n' }, "import { Shape, Kind, Form } from './b.ts';\n", ['EXPORT_MISSING a.ts:1 Form']],
    ['re-exported names', { 'b.ts': 'export const b = 1;\n' }, "export { b, c } from './b.ts';\n", ['EXPORT_MISSING a.ts:1 c']],
    ['a circle of stars', { 'b.ts': "export * from './c.ts';\n", 'c.ts': "export * from './b.ts';\n" }, "import { x } from './b.ts';\n", []],
    ['destructured exports', { 'b.ts': 'export const { x, y } = all;\n' }, "import { x, z } from './b.ts';\n", []],
    ['broken syntax over there', { 'b.ts': 'export const {{{ = ;\n' }, "import { x } from './b.ts';\n", []],
    ['a folder and its index', { 'b/index.js': 'export const b = 1;\n' }, "import { b } from './b';\n", []],
    ['a member of a builtin', {}, "import * as fs from 'node:fs';\nimport process from 'node:process';\n\nprocess.on('exit', () => fs.readFileAsync('a'));\nfs.readFileSync('a');\n", ['BUILTIN_MISSING a.ts:4 readFileAsync']],
    ['a parameter called like the module', {}, "import path from 'node:path';\n\nexport const split = (path: string) => path.split('/');\n", []],
    ['a type alone', { 'b.ts': 'export const b = 1;\n' }, "import type { Gone } from './b.ts';\n", []],
  ])('%s', (_, files, text, expected) => {
    expect(told({ ...files, 'a.ts': text })).toEqual(expected);
  });

  it('asks only about changed lines, and says nothing on a second run', () => {
    const files = { 'a.ts': "import { x } from './gone.ts';\n", 'gone.txt': '' };
    expect(told(files, files)).toEqual([]);
    expect(told({ ...files, 'a.ts': `${files['a.ts']}export const y = x;\n` }, files)).toEqual([]);
  });

  it('names the importers of a removed file', () => {
    const files = { 'a.ts': "import { x } from './b.ts';\n", 'b.ts': 'export const x = 1;\n' };
    expect(told({ 'a.ts': files['a.ts'] }, files)).toEqual(['EXPORT_TAKEN_AWAY a.ts:1 x']);
  });
});

describe('the API contract', () => {
  const before = { type: 'object', properties: { id: { type: 'integer' }, kind: { type: 'string', enum: ['a', 'b'] } } };
  it.each([
    ['a new optional field', { ...before, properties: { ...before.properties, more: { type: 'string' } } }, []],
    ['a field newly required of callers', { ...before, required: ['id'] }, ['API_BROKEN openapi.json:0 POST /a/{id} body now requires id']],
    ['a number where an integer was', { ...before, properties: { ...before.properties, id: { type: 'number' } } }, ['API_BROKEN openapi.json:0 POST /a/{id} response 200 id is number, it was integer']],
    ['a value no longer taken', { ...before, properties: { ...before.properties, kind: { type: 'string', enum: ['a'] } } }, ['API_BROKEN openapi.json:0 POST /a/{id} body kind no longer takes "b"']],
  ])('%s', (_, after, expected) => {
    expect(told({ 'openapi.json': api(after) }, { 'openapi.json': api(before) })).toEqual(expected);
  });

  it('sees a path that is gone, a renamed parameter is none, and a description that is gone', () => {
    const more = { '/b': { get: { responses: {} } } };
    expect(told({ 'openapi.json': api(before).replace('{id}', '{key}') }, { 'openapi.json': api(before, more) })).toEqual(['API_BROKEN openapi.json:0 /b is gone']);
    expect(told({ 'a.txt': '' }, { 'openapi.json': api(before) })).toEqual(['API_BROKEN openapi.json:0 the whole description is gone']);
  });

  it('does not lose itself in a schema that holds itself', () => {
    const self = (type: string) => JSON.stringify({ openapi: '3.0.0', info: { version: '1' }, paths: { '/t': { get: { responses: { 200: { content: { j: { schema: { $ref: '#/components/schemas/T' } } } } } } } }, components: { schemas: { T: { type: 'object', properties: { next: { $ref: '#/components/schemas/T' }, v: { type } } } } } });
    expect(told({ 'openapi.json': self('string') }, { 'openapi.json': self('number') })).toEqual(['API_BROKEN openapi.json:0 GET /t response 200 v is string, it was number']);
  });

  it('compares schemas that hold each other in time', () => {
    const names = Array.from({ length: 12 }, (_, n) => `S${n}`);
    const schemas = Object.fromEntries(names.map((name) => [name, { type: 'object', properties: Object.fromEntries(names.map((each) => [each, { $ref: `#/components/schemas/${each}` }])) }]));
    const tangle = (version: string) => JSON.stringify({ openapi: '3.0.0', info: { version }, paths: { '/t': { get: { responses: { 200: { content: { j: { schema: { $ref: '#/components/schemas/S0' } } } } } } } }, components: { schemas } });
    const started = performance.now();
    expect(told({ 'openapi.json': tangle('1.0.1') }, { 'openapi.json': tangle('1.0.0') })).toEqual([]);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('names endpoints that no description has', () => {
    expect(told({ 'openapi.json': api(before), 'a.ts': "await fetch('/a/7');\nawait fetch('/a/7/more');\nawait fetch('/other');\n" }, { 'openapi.json': api(before) })).toEqual(['ENDPOINT_MISSING a.ts:2 /a/7/more']);
  });
});

describe('hostile texts', () => {
  it.each([
    ['imports.ts', `import {${'a,'.repeat(20_000)}} from './b.ts';\n`],
    ['README.md', `\`\`\`sh\nkit ${'--a '.repeat(2000)}\n\`\`\`\n`],
    ['a.py', `from . import ${'a, '.repeat(5000)}\n`.repeat(20)],
    ['openapi.json', `${'{"a":'.repeat(3000)}`],
  ])('reads %s in time', (path, text) => {
    const started = performance.now();
    told({ [path]: text, 'b.ts': 'export const b = 1;\n', 'package.json': '{"bin": {"kit": "a.js"}}' });
    expect(performance.now() - started).toBeLessThan(4000);
  });
});
