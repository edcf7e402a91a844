/** The preview probe and what its two controls make of it, over real servers in the real sandbox. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { inspect as otlp } from '../../../actions/otlp/inspect.ts';
import { inspect as preview } from '../../../actions/preview/inspect.ts';
import type { ToolAnswer } from '../../core/tool-answer.ts';
import { textFile } from '../../core/tree.ts';
import { openSandbox, type OpenSandbox } from '../../edges/sandbox/open.ts';
import { describeWith } from '../../../test/tools.ts';
import { factsOf } from '../facts.fixture.ts';
import { previewProbe } from './preview.ts';

let sandbox: OpenSandbox;
let runs = 0;
beforeAll(async () => { sandbox = await openSandbox(); });

const dependencies = { fetch: async () => ({ mounts: [], env: {} }) };
const start = { start: ['node', 'server.mjs'], port: 8080 };
const smoke = { ...start, smoke: [{ path: '/', status: 200, contains: 'hello' }, { path: '/none', status: 404 }] };
const traced = { ...start, requests: ['/'], traceMs: 600 };

const server = (handler: string, before = ''): string => `import { createServer } from 'node:http';\n${before}\ncreateServer(async (request, response) => {\n${handler}\n}).listen(Number(process.env.PORT), '127.0.0.1');\n`;
const hello = "response.statusCode = request.url === '/' ? 200 : 404;\nresponse.end('hello');";
const exporting = (ids: string, attributes = "['service.name', 'shop'], ['service.version', '1.2.3']") => server(`
const [, traceId] = (request.headers.traceparent ?? '').split('-');
const attributes = [${attributes}].map(([key, stringValue]) => ({ key, value: { stringValue } }));
await fetch(process.env.OTEL_EXPORTER_OTLP_ENDPOINT + '/v1/traces', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [${ids}] }] }] }) });
response.end('hello');`);

/** The findings' codes, and the answer they come from. */
async function judged(guardrail: 'preview' | 'otlp', source: string, settings: { [key: string]: unknown; folder?: string } | undefined): Promise<{ codes: string[]; answer: ToolAnswer; words: string }> {
  const counted = { grade: sandbox.grade, run: (...args: Parameters<OpenSandbox['run']>) => { runs += 1; return sandbox.run(...args); } };
  const path = join(settings?.folder ?? '', 'server.mjs');
  const head = { [path]: source };
  const facts = factsOf(head, {}, { settings });
  const answer = await previewProbe({ sandbox: async () => counted, dependencies }).probe({ guardrail, changed: facts.changed, head: { [path]: textFile(source) }, base: {}, settings, now: 0, limitMs: 60_000 });
  const found = (guardrail === 'otlp' ? otlp : preview)({ ...facts, tools: { preview: answer } });
  return { codes: found.map(({ code, severity, error }) => `${code}${severity === 'info' ? ' info' : ''}${error ? ' error' : ''}`), answer, words: JSON.stringify(found) };
}

describeWith(['util-linux', 'bubblewrap'], 'a preview in the sandbox', () => {
  test('a server that answers as said passes, the second time too', async () => {
    const first = await judged('preview', server(hello), smoke);
    expect(first.codes).toEqual([]);
    expect(first.answer).toMatchObject({ state: 'clean', data: { listening: true, answers: [{ path: '/', status: 200, body: 'hello' }, { path: '/none', status: 404 }], traces: null } });
    expect((await judged('preview', server(hello), smoke)).codes).toEqual([]);
  });

  test('a server of a package starts in its folder', async () => {
    const shop = server("response.statusCode = request.url === '/' ? 200 : 404;\nresponse.end(process.cwd() + ' hello');");
    const { codes, answer } = await judged('preview', shop, { ...smoke, folder: 'apps/shop' });
    expect(codes).toEqual([]);
    expect(answer).toMatchObject({ data: { answers: [{ body: '/work/repo/apps/shop hello' }, {}] } });
  });

  test('a wrong status, a missing word, a request that is never answered', async () => {
    const codes = async (handler: string) => (await judged('preview', server(handler), smoke)).codes;
    expect(await codes("response.statusCode = 500; response.end('hello');")).toEqual(['SMOKE_STATUS', 'SMOKE_STATUS']);
    expect(await codes("response.statusCode = request.url === '/' ? 200 : 404; response.end('goodbye');")).toEqual(['SMOKE_CONTENT']);
    expect(await codes('request.socket.destroy();')).toEqual(['SMOKE_UNANSWERED', 'SMOKE_UNANSWERED']);
  });

  test('a server that never listens, one that ends, one that is not there: the reason is in the words', async () => {
    expect(await judged('preview', 'setInterval(() => {}, 1000);', { ...smoke, readyMs: 400 })).toMatchObject({ codes: ['PREVIEW_NOT_READY'], words: expect.stringContaining('still starting') });
    expect(await judged('preview', "console.error('no such table'); process.exit(7);", smoke)).toMatchObject({ codes: ['PREVIEW_NOT_READY'], words: expect.stringMatching(/ended with 7.*no such table/) });
    expect(await judged('preview', '', { ...smoke, start: ['no-such-program'] })).toMatchObject({ codes: ['PREVIEW_NOT_READY'], words: expect.stringContaining('ENOENT') });
  });

  test('a flood of output is read and forgotten', async () => {
    const flood = server(hello, "const line = 'x'.repeat(65536);\nconst pour = () => { while (process.stdout.write(line)); process.stdout.once('drain', pour); };\npour();");
    const { codes, answer } = await judged('preview', flood, smoke);
    expect(codes).toEqual([]);
    expect(JSON.stringify(answer).length).toBeLessThan(10_000);
  });

  test('a server that kills the driver or writes a report of another shape gets an error', async () => {
    const killer = server(hello, 'process.kill(process.ppid, 9);');
    await expect(judged('preview', killer, smoke)).rejects.toMatchObject({ code: 'PREVIEW_NO_REPORT' });
    const forger = server(hello, "import { writeFileSync } from 'node:fs';\nwriteFileSync('/work/out/preview.json', JSON.stringify({ listening: true, judged: 'pass' }));\nprocess.kill(process.ppid, 9);");
    await expect(judged('preview', forger, smoke)).rejects.toMatchObject({ code: 'PREVIEW_NO_REPORT', remedy: expect.any(String) });
  });

  test('a span on the trace of the request, from a named service of a version', async () => {
    const { codes, answer } = await judged('otlp', exporting("{ traceId, spanId: 'eee19b7ec3c1b174' }"), traced);
    expect(codes).toEqual(['TRACE_SEEN info']);
    expect(answer).toMatchObject({ data: { traces: { exports: 1, undecodable: 0, spans: 1, valid: 1, joined: 1, ids: [expect.stringMatching(/^[0-9a-f]{32}$/)] } } });
  });

  test('no trace, a zero id, a made-up id, no version, bytes that nobody can read', async () => {
    const codes = async (source: string) => (await judged('otlp', source, traced)).codes;
    expect(await codes(server(hello))).toEqual(['TRACE_MISSING']);
    expect(await codes(exporting("{ traceId: '0'.repeat(32), spanId: 'eee19b7ec3c1b174' }, { traceId: 'x', spanId: '' }"))).toEqual(['TRACE_INVALID']);
    expect(await codes(exporting("{ traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' }"))).toEqual(['TRACE_SEEN info', 'TRACE_NOT_JOINED info']);
    expect(await codes(exporting("{ traceId, spanId: 'eee19b7ec3c1b174' }", "['service.name', 'unknown_service:node']"))).toEqual(['RESOURCE_ATTRIBUTE_MISSING']);
    expect(await codes(server("await fetch('http://127.0.0.1:4318/v1/traces', { method: 'POST', headers: { 'content-type': 'application/x-protobuf' }, body: 'no message at all' });\nresponse.end();"))).toEqual(['TRACE_UNDECODABLE error']);
  });

  test('what an exporter still holds when it is told to end arrives too', async () => {
    const late = exporting("{ traceId, spanId: 'eee19b7ec3c1b174' }").replace('await fetch(', "process.once('SIGTERM', () => fetch(").replace("] }] }) });\nresponse.end('hello');", "] }] }) }).then(() => process.exit()));\nresponse.end('hello');");
    expect((await judged('otlp', late, traced)).codes).toEqual(['TRACE_SEEN info']);
  });

  test('nothing configured is told and starts nothing; wrong settings are an error', async () => {
    const sofar = runs;
    expect((await judged('preview', server(hello), undefined)).codes).toEqual(['PREVIEW_NOT_CONFIGURED info']);
    expect((await judged('otlp', server(hello), undefined)).codes).toEqual(['OTLP_NOT_CONFIGURED info']);
    expect((await judged('preview', server(hello), { ...start, smoke: [] })).codes).toEqual(['SETTINGS_UNREADABLE error']);
    expect((await judged('otlp', server(hello), { ...start, port: 4318, requests: ['/'] })).codes).toEqual(['SETTINGS_UNREADABLE error']);
    expect(runs).toBe(sofar);
  });
});

describeWith(['util-linux'], 'the weaker sandbox', () => {
  test('has a loopback of its own where a program can bring it up; without one nothing can be asked, and that is an error with its remedy', async () => {
    const weak = await openSandbox({ force: 'unshare+prlimit' });
    const run = previewProbe({ sandbox: async () => weak, dependencies }).probe({ guardrail: 'preview', changed: [], head: { 'server.mjs': textFile(server(hello)) }, base: {}, settings: { ...smoke, readyMs: 5000 }, now: 0, limitMs: 60_000 });
    const canBringItUp = ['ip', 'ifconfig'].some((program) => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((folder) => existsSync(`${folder}/${program}`)));
    if (canBringItUp) expect((await run).state).toBe('clean');
    else await expect(run).rejects.toMatchObject({ code: 'PREVIEW_NO_LOOPBACK' });
  });
});
