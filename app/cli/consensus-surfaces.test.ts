import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConsensusResult } from '../core/candidate.ts';
import { assay, type Ended } from '../../test/cli.ts';
import { testWith } from '../../test/tools.ts';

let folder = '';
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'assay-surfaces-')); });
afterAll(() => { rmSync(folder, { recursive: true }); });

function write(path: string, content: string | object): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

// Each trial starts a program: seconds on a quiet machine, far more beside other work.
const slow = 240_000;

let stories = 0;

/** One call of `assay consensus` on candidates given as source by id. */
async function judge(spec: object, sources: Record<string, string>, file: string): Promise<Ended & { result: ConsensusResult }> {
  const families: Record<string, string> = { first: 'openai', second: 'google', third: 'anthropic', fourth: 'meta' };
  const story = `story-${++stories}`;
  const candidates = Object.entries(sources).flatMap(([id, source]) => {
    write(`${story}/${id}/assay-candidate.json`, { id, family: families[id] ?? id, model: 'recorded' });
    write(`${story}/${id}/${file}`, source);
    return ['--candidate', join(folder, story, id)];
  });
  // What is told here is what is compared; how sure agreement makes is told elsewhere.
  const ended = await assay('consensus', '--spec', write(`${story}.json`, spec), ...candidates, '--confidence', '0.5');
  return { ...ended, result: JSON.parse(ended.stdout) };
}

/** Without what may differ from run to run. */
const stable = ({ durationMs: _, phases: __, ...rest }: ConsensusResult & { phases?: unknown }): object => rest;

const prices = {
  version: 1, id: 'prices', title: 'price', timeoutMs: 3000, text: 'Ten percent off from a total of 100 on. Orders are kept in the order in which they came.',
  criteria: [
    { id: 'AC1', text: 'the price of a total', tests: [{ request: { path: '/price/50' }, expect: { status: 200, body: { price: 50 } } }, { request: { path: '/price/200' }, expect: { status: 200, body: { price: 180 } } }] },
    { id: 'AC2', text: 'an order is kept', tests: [{ request: [{ method: 'POST', path: '/orders', body: { total: 40 } }, { path: '/orders' }], expect: [{ status: 201, headers: { 'content-type': 'application/json' } }, { status: 200, body: [{ id: 1, total: 40 }] }] }] },
    { id: 'AC3', text: 'an unknown order is refused', tests: [{ request: { path: '/orders/9' }, expect: { status: 404 } }] },
  ],
};

const nodeServer = (discounted: string) => `
const http = require('node:http');
const orders = [];
http.createServer((request, response) => {
  const send = (status, value) => { response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'x-at': String(Date.now()) }); response.end(JSON.stringify(value)); };
  const { pathname } = new URL(request.url, 'http://x');
  if (pathname.startsWith('/price/')) { const total = Number(pathname.split('/')[2]); return send(200, { price: ${discounted} ? total * 9 / 10 : total }); }
  if (pathname === '/orders' && request.method === 'GET') return send(200, orders);
  if (pathname === '/orders') { let text = ''; request.on('data', (part) => { text += part; }); request.on('end', () => { const order = { id: orders.length + 1, ...JSON.parse(text) }; orders.push(order); send(201, order); }); return; }
  send(404, { error: 'not here' });
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

const otherNodeServer = `
const { createServer } = require('http');
class Shop {
  #kept = new Map();
  async answer(method, [first, second], body) {
    if (first === 'price') { const rebate = second < 100 ? 0 : second / 10; return [200, { price: second - rebate }]; }
    if (first !== 'orders' || second !== undefined) return [404, 'nothing'];
    if (method === 'POST') { const number = this.#kept.size + 1; this.#kept.set(number, { ...body, id: number }); return [201, this.#kept.get(number)]; }
    return [200, [...this.#kept.values()]];
  }
}
const shop = new Shop();
const server = createServer(async (question, reply) => {
  const parts = []; for await (const part of question) parts.push(part);
  const [status, value] = await shop.answer(question.method, question.url.split('/').slice(1), parts.length ? JSON.parse(Buffer.concat(parts).toString()) : null);
  reply.statusCode = status; reply.setHeader('Content-Type', 'application/json'); reply.end(JSON.stringify(value));
});
server.listen(process.env.PORT);
`;

const pythonServer = (discounted: string) => `
import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer
orders = []
class Shop(BaseHTTPRequestHandler):
    def log_message(self, *words):
        pass
    def send(self, status, value):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
    def do_GET(self):
        parts = self.path.split("/")
        if parts[1] == "price":
            total = int(parts[2])
            self.send(200, {"price": total - total / 10 if ${discounted} else total})
        elif self.path == "/orders":
            self.send(200, orders)
        else:
            self.send(404, {"message": "no such thing"})
    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers["content-length"])))
        orders.append({"total": order["total"], "id": len(orders) + 1})
        self.send(201, orders[-1])
HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Shop).serve_forever()
`;

const otherPythonServer = `
import os, json, uuid
from wsgiref.simple_server import make_server, WSGIRequestHandler
class Quiet(WSGIRequestHandler):
    def log_message(self, *a): return None
state = []
def application(environ, start):
    path, verb = environ["PATH_INFO"], environ["REQUEST_METHOD"]
    status, answer = "404 Not Found", None
    if path[:7] == "/price/":
        n = int(path[7:]); status, answer = "200 OK", dict(price=n if n < 100 else n * 9 / 10)
    if path == "/orders":
        if verb == "POST":
            given = json.load(environ["wsgi.input"]) if not environ.get("CONTENT_LENGTH") else json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
            state.append({**given, "id": uuid.uuid4().hex}); status, answer = "201 Created", state[-1]
        else: status, answer = "200 OK", state
    start(status, [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]
make_server("127.0.0.1", int(os.environ["PORT"]), application, handler_class=Quiet).serve_forever()
`;

describe('a server is compared by what it answers', () => {
  const routes = ['GET /price/:total', 'POST /orders', 'GET /orders', 'GET /orders/:id'];
  it('in JavaScript: two agree, one is wrong at a boundary, one never listens', { timeout: slow }, async () => {
    const spec = { ...prices, language: 'javascript', surface: { kind: 'http', start: ['node', 'server.js'], routes, headers: ['content-type'] } };
    const run = await judge(spec, { first: nodeServer('total >= 100'), second: otherNodeServer, third: nodeServer('total > 100'), fourth: 'setInterval(() => {}, 1000);' }, 'server.js');
    expect(run, run.stderr).toMatchObject({ code: 0, result: { outcome: 'pass', clusters: expect.arrayContaining([expect.objectContaining({ members: ['first', 'second'] }), expect.objectContaining({ members: ['third'] }), expect.objectContaining({ members: ['fourth'] })]) } });
    expect(run.result.dissent.some(({ input }) => JSON.stringify(input).includes('/price/100'))).toBe(true);
  });

  testWith(['python3'], 'servers in Python')('in Python, with a body that differs only in what the spec masks', { timeout: slow }, async () => {
    const criteria = [prices.criteria[0], { id: 'AC2', text: 'an order is kept', tests: [{ request: { method: 'POST', path: '/orders', body: { total: 5 } }, expect: { status: 201 } }] }];
    const spec = { ...prices, criteria, language: 'python', surface: { kind: 'http', start: ['python3', 'app.py'], routes: ['GET /price/:total', { method: 'POST', path: '/orders', body: { type: 'record', fields: { total: { type: 'int', min: 1, max: 90 } } } }, 'GET /orders'], mask: ['id'] } };
    const run = await judge(spec, { first: pythonServer('total >= 100'), second: otherPythonServer, third: 'raise SystemExit(3)\n' }, 'app.py');
    expect(run, run.stderr).toMatchObject({ code: 0, result: { outcome: 'pass', clusters: [{ members: ['first', 'second'] }, { members: ['third'] }] } });
  });

  it('and what no criterion may ask, or does not fit, is refused with a clear word', async () => {
    const surface = { kind: 'http', start: ['node', 'server.js'], routes };
    const asked = { ...prices, language: 'javascript', surface, criteria: [{ id: 'AC1', text: '', tests: [{ request: { path: '/price/1' }, expect: { status: 500 } }] }] };
    expect(await judge(asked, { first: '' }, 'server.js')).toMatchObject({ code: 2, result: { outcome: 'error', reason: expect.stringContaining('CONFIG_SPEC_INVALID') } });
    const route = { ...prices, language: 'javascript', surface: { ...surface, routes: ['FETCH price'] } };
    expect(await judge(route, { first: '' }, 'server.js')).toMatchObject({ code: 2, stderr: expect.stringContaining('routes') });
    const misfit = { ...prices, language: 'javascript', surface, criteria: [{ id: 'AC1', text: '', tests: [{ stdin: '1', expect: '1' }] }] };
    expect(await judge(misfit, { first: nodeServer('true'), second: nodeServer('true') }, 'server.js')).toMatchObject({ code: 1, result: { outcome: 'spec_gap' } });
  });
});

const report = {
  version: 1, id: 'report', title: 'report', timeoutMs: 3000, text: 'Sum the amounts by name, names in alphabetical order; from a sum of 100 on the name is marked with a star.',
  criteria: [{ id: 'AC1', text: 'sums', tests: [{ files: { 'in.csv': 'name,amount\nb,20\na,5\nb,7\n' }, expect: { 'out/sums.txt': 'a 5\nb 27\n', 'total.json': { total: 32 }, 'out/other.txt': null } }, { files: { 'in.csv': 'name,amount\nb,120\na,90\n' }, expect: { 'out/sums.txt': 'a 90\nb 120*\n' } }] }],
};

describe('a program is compared by the files that it writes', () => {
  testWith(['python3'], 'programs that write files, in Python')('as a command in Python: what is not declared does not count, what is declared does', { timeout: slow }, async () => {
    const program = (mark: string, more = '') => `import csv, json, os\nos.makedirs("out", exist_ok=True)\nsums = {}\nfor row in csv.DictReader(open("in.csv")):\n    sums[row["name"]] = sums.get(row["name"], 0) + int(row["amount"])\nwith open("out/sums.txt", "w") as out:\n    for name in sorted(sums):\n        out.write(f"{name} {sums[name]}{'*' if ${mark} else ''}\\n")\njson.dump({"total": sum(sums.values())}, open("total.json", "w"), indent=${more === '' ? 2 : 'None'})\n${more}`;
    const spec = { ...report, language: 'python', surface: { kind: 'files', command: ['python3', 'report.py'], outputs: ['out/**', 'total.json'] } };
    const sources = { first: program('sums[name] >= 100'), second: program('not (sums[name] < 100)', 'open("debug.log", "a").write("x")\n'), third: program('sums[name] > 100'), fourth: 'import os\nos.abort()\n' };
    const run = await judge(spec, sources, 'report.py');
    expect(run, run.stderr).toMatchObject({ code: 0, result: { outcome: 'pass', clusters: expect.arrayContaining([expect.objectContaining({ members: ['first', 'second'] }), expect.objectContaining({ members: ['third'] }), expect.objectContaining({ members: ['fourth'] })]) } });
    expect(run.result.dissent.some((one) => JSON.stringify(one.outputs.first) !== JSON.stringify(one.outputs.third))).toBe(true);
  });

  it('as a function in JavaScript, called with arguments; twice the same, in any order', { timeout: slow }, async () => {
    const source = (body: string) => `import fs from 'node:fs';\nexport function save(items, limit) {\n${body}\n}\n`;
    const spec = {
      version: 1, id: 'save', title: 'save', language: 'javascript', timeoutMs: 3000, surface: { kind: 'files', module: 'save.mjs', export: 'save', outputs: ['kept.json'] },
      criteria: [{ id: 'AC1', text: 'items of at least the limit are kept', tests: [{ files: {}, call: [[3, 9, 4], 4], expect: { 'kept.json': [9, 4] } }, { files: {}, call: [[1, 2], 5], expect: { 'kept.json': '[]' } }] }],
    };
    const sources = {
      first: source("  fs.writeFileSync('kept.json', JSON.stringify(items.filter((item) => item >= limit)));"),
      second: source("  const kept = [];\n  for (const item of items) if (!(item < limit)) kept.push(item);\n  fs.writeFileSync('kept.json', `${JSON.stringify(kept, null, 1)}\\n`);"),
      third: source("  fs.writeFileSync('kept.json', JSON.stringify([...new Set(items)].filter((item) => item >= limit)));"),
    };
    const run = await judge(spec, sources, 'save.mjs');
    expect(run, run.stderr).toMatchObject({ code: 0, result: { outcome: 'pass', clusters: [{ members: ['first', 'second'] }, { members: ['third'] }] } });
    const again = await judge(spec, Object.fromEntries(Object.entries(sources).reverse()), 'save.mjs');
    expect(stable(again.result)).toEqual(stable(run.result));
  });

  it('and a surface that is neither command nor function, or leaves the folder, is refused', async () => {
    for (const surface of [{ kind: 'files', outputs: ['a'] }, { kind: 'files', command: ['node', 'x.js'], outputs: ['../a'] }]) expect(await judge({ ...report, language: 'javascript', surface }, { first: '' }, 'x.js')).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_SPEC_INVALID') });
  });
});
