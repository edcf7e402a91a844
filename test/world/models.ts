/**
 * The model stand-in: three vendors on one loopback port, spoken by `@copilotkit/aimock` from scripts. A thin front before it plays faults as the
 * vendors document them and adds what aimock leaves out. Nothing in Assay knows of it: the SDKs are only given its base URLs.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { LLMock } from '@copilotkit/aimock';
import type { Family } from '../../app/core/family.ts';
import { scriptBook, type ScriptBook, type Scripts } from './models-script.ts';
import { asTheVendorWould, faultReply, readAsked, streamAsTheVendorWould, type Asked, type Fault, type WireReply } from './models-wire.ts';

/** One request as it arrived and what was answered. `status` 0: the connection was dropped or left hanging. */
export interface ModelCall {
  family: Family;
  model: string;
  role: string;
  system: string;
  firstUserText: string;
  body: Record<string, unknown>;
  status: number;
  fault: Fault['kind'] | null;
}

export interface ModelWorld {
  url: string;
  /** As ANTHROPIC_BASE_URL, OPENAI_BASE_URL and GOOGLE_GEMINI_BASE_URL want them. */
  anthropicUrl: string;
  openaiUrl: string;
  googleUrl: string;
  script: Scripts;
  journal(): ModelCall[];
  stop(): Promise<void>;
}

export async function startModels(script?: (scripts: Scripts) => void): Promise<ModelWorld> {
  const book = scriptBook();
  script?.(book);
  const mock = new LLMock({ port: 0, host: '127.0.0.1', strict: true, logLevel: 'silent' });
  mock.on({ predicate: () => true }, (request) => book.respond(request));
  const upstream = await mock.start();
  const journal: ModelCall[] = [];
  const server = createServer((request, response) => {
    answer(request, response, { book, upstream, journal }).catch((thrown: unknown) => {
      if (!response.headersSent) send(response, { status: 500, body: { error: { message: String(thrown) } } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return {
    url, anthropicUrl: url, openaiUrl: `${url}/v1`, googleUrl: url, script: book,
    journal: () => [...journal],
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await mock.stop();
    },
  };
}

interface Desk { book: ScriptBook; upstream: string; journal: ModelCall[] }

async function answer(request: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  const text = await bodyOf(request);
  const asked = readAsked(request.url ?? '', JSON.parse(text) as Record<string, unknown>);
  if (!asked) return send(response, { status: 404, body: { error: { message: 'the stand-in does not have this endpoint' } } });
  const fault = desk.book.faultFor(asked);
  const call: ModelCall = { family: asked.family, model: asked.model, role: asked.role, system: asked.system, firstUserText: asked.firstUserText, body: asked.body, status: 0, fault: fault?.kind ?? null };
  desk.journal.push(call);
  if (fault?.kind === 'outage') return void response.destroy();
  if (fault?.kind === 'hang') return;
  const reply = (fault && faultReply(asked, fault)) ?? await ask(desk.upstream, { path: request.url ?? '', text, asked, swapped: fault?.kind === 'model-change' ? fault.model : null });
  call.status = reply.status;
  send(response, reply);
}

async function ask(upstream: string, { path, text, asked, swapped }: { path: string; text: string; asked: Asked; swapped: string | null }): Promise<WireReply> {
  const reply = await fetch(`${upstream}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });
  const type = reply.headers.get('content-type') ?? '';
  if (type.includes('event-stream')) return { status: reply.status, headers: { 'content-type': type }, body: streamAsTheVendorWould(asked, await reply.text(), swapped) };
  const body = await reply.json() as Record<string, unknown>;
  return { status: reply.status, body: reply.ok ? asTheVendorWould(asked, body, swapped) : body };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, reply: WireReply): void {
  response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
  response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
}
