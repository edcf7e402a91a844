/** Surfaces that are started: a server and programs that write files, attacked by what they are sent and by what they leave. */
import { expect } from 'vitest';
import type { CriterionTest, Spec } from '../../core/spec.ts';
import { huntOn } from './test-kit.ts';
import { testWith } from '../../../test/tools.ts';

const test = testWith(['python3'], 'the Saboteur attacks servers and writers of files');
const slow = 180_000;

const found = async (story: Parameters<typeof huntOn>[0]) => (await huntOn(story)).findings.map(({ class: kind, oracle, onHead, onBase }) => `${kind} ${oracle} ${onHead} ${onBase}`);

const server = (limit: string, more = '') => `import http from 'node:http';
http.createServer((request, response) => {
  const pieces = Number(new URL(request.url, 'http://x').searchParams.get('pieces'));
  ${more}
  if (!Number.isInteger(pieces) || pieces < 0) { response.writeHead(400).end('no'); return; }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ at: Date.now(), total: pieces ${limit} ? pieces * 9 : pieces * 10 }));
}).listen(Number(process.env.PORT), '127.0.0.1');
`;
const asked = (pieces: unknown, expected: object): CriterionTest => ({ request: [{ method: 'GET', path: `/price?pieces=${pieces}` }], expect: [expected] });
const http: Partial<Spec> = {
  title: 'price by request', language: 'javascript', timeoutMs: 3000, text: 'From 12 pieces on ten percent off.', surface: { kind: 'http', start: ['node', 'server.mjs'], routes: [{ method: 'GET', path: '/price' }], mask: ['at'] },
  criteria: [{ id: 'AC1', text: 'ten a piece, from 12 on nine', tests: [asked(2, { status: 200, body: { at: { $masked: true }, total: 20 } }), asked(20, { status: 200 })] }, { id: 'AC2', text: 'others are refused', tests: [asked(-3, { status: 400 })] }],
};

test('a server that answers otherwise than base is found, by a program that starts it and sends the request', { timeout: slow }, async () => {
  const story = { language: 'javascript' as const, spec: http, baseFiles: { 'server.mjs': server('>= 12') } };
  const caught = await huntOn({ ...story, headFiles: { 'server.mjs': server('> 12') } });
  expect(caught.findings).toMatchObject([{ class: 'GAP', oracle: 'O1', onHead: 5, onBase: 0, input: { request: [{ path: '/price?pieces=12' }] }, program: expect.stringContaining('"/price?pieces=12"') }]);
  expect(caught.disputed).toEqual([]);
  expect(await found({ ...story, headFiles: { 'server.mjs': server('> 11') } })).toEqual([]);
});

test('a server that meets no criterion, and one that breaks down, are found without a base', { timeout: slow }, async () => {
  expect(await found({ language: 'javascript', spec: http, headFiles: { 'server.mjs': server('>= 12').replace('pieces * 10', 'pieces * 11') } })).toEqual(['GAP O1 5 0']);
  expect(await found({ language: 'javascript', spec: http, headFiles: { 'server.mjs': server('>= 12', "if (pieces > 2 && pieces < 20) { response.writeHead(500).end(); return; }") } })).toContainEqual('GAP O2 5 0');
  expect(await found({ language: 'javascript', spec: http, headFiles: { 'server.mjs': 'process.exit(0);\n' } })).toContainEqual('GAP O1 5 0');
});

const report = (limit: string) => `import json\n\nrows = [line.split(",") for line in open("orders.csv").read().splitlines()[1:]]\ntotals = {name: int(pieces) * (9 if int(pieces) ${limit} else 10) for name, pieces in rows}\njson.dump(totals, open("totals.json", "w"))\n`;
const run = (name: string, pieces: number, total: number): CriterionTest => ({ files: { 'orders.csv': `name,pieces\n${name},${pieces}\nmilk,3\n` }, expect: { 'totals.json': { [name]: total, milk: 30 } } });
const files: Partial<Spec> = {
  title: 'totals of orders', language: 'python', timeoutMs: 3000, text: 'From 12 pieces on nine each.', surface: { kind: 'files', command: ['python3', 'report.py'], outputs: ['totals.json'] },
  criteria: [{ id: 'AC1', text: 'ten each', tests: [run('tea', 2, 20)] }, { id: 'AC2', text: 'from 12 on nine each', tests: [run('tea', 20, 180)] }],
};

test('a command that writes something else than base is found by what it leaves', { timeout: slow }, async () => {
  const story = { spec: files, baseFiles: { 'report.py': report('>= 12') } };
  expect(await found({ ...story, headFiles: { 'report.py': report('> 12') } })).toEqual(['GAP O1 5 0']);
  expect(await found({ ...story, headFiles: { 'report.py': report('> 11') } })).toEqual([]);
});

test('a function that writes is called, and a frozen test of it that is not met is a finding', { timeout: slow }, async () => {
  const code = (letter: string) => `import { writeFileSync } from 'node:fs';\nexport function note(name, count) {\n  writeFileSync('notes/' + name + '.txt', '${letter}'.repeat(count) + '\\n');\n}\n`;
  const call = (count: number): CriterionTest => ({ files: { 'notes/.keep': '' }, call: ['a', count], expect: { 'notes/a.txt': `${'x'.repeat(count)}\n` } });
  const spec: Partial<Spec> = { title: 'notes', language: 'javascript', timeoutMs: 3000, surface: { kind: 'files', module: 'note.mjs', export: 'note', outputs: ['notes/*.txt'] }, criteria: [{ id: 'AC1', text: 'so many x', tests: [call(2), call(5)] }] };
  expect(await found({ language: 'javascript', spec, headFiles: { 'note.mjs': code('y') } })).toEqual(['GAP O1 5 0']);
  expect(await found({ language: 'javascript', spec, headFiles: { 'note.mjs': code('x') } })).toEqual([]);
});
