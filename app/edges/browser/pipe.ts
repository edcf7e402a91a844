/**
 * Chromium over its debugging pipe: no port is opened, no name is resolved, no page of the network is reached. One call, one answer; what arrives without a call is an event.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';

const Message = z.looseObject({ id: z.number().optional(), method: z.string().optional(), sessionId: z.string().optional(), params: z.unknown().optional(), result: z.unknown().optional(), error: z.looseObject({ message: z.string() }).optional() });

export interface Event {
  method: string;
  params: unknown;
}

export interface Browser {
  call(method: string, params?: object, sessionId?: string): Promise<unknown>;
  /** Events of one session; answers how to stop listening. */
  listen(sessionId: string, heard: (event: Event) => void): () => void;
  close(): Promise<void>;
}

const flags = ['--headless=new', '--remote-debugging-pipe', '--no-first-run', '--disable-gpu', '--disable-extensions', '--disable-background-networking', '--disable-sync', '--disable-component-update', '--mute-audio', '--hide-scrollbars', '--host-resolver-rules=MAP * ~NOTFOUND', '--proxy-server=127.0.0.1:9', '--window-size=1280,800'];

/** `home` is an empty folder that the browser may fill. Its own sandbox refuses to work for root. */
export function startBrowser(program: string, home: string): Browser {
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(program, [...flags, ...root, `--user-data-dir=${home}/profile`, 'about:blank'], { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], env: { PATH: '/usr/bin:/bin', HOME: home, TMPDIR: home, LC_ALL: 'C.UTF-8' } });
  const ended = new Promise<void>((resolve) => { child.once('close', () => resolve()); child.once('error', () => resolve()); });
  return talk(child, ended);
}

function talk(child: ChildProcess, ended: Promise<void>): Browser {
  const input = child.stdio[3] as Writable;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(why: Error): void }>();
  const listeners = new Map<string, (event: Event) => void>();
  const lost = (): void => { for (const { reject } of waiting.values()) reject(new Error('the browser ended')); waiting.clear(); };
  input.on('error', lost);
  void ended.then(lost);
  readMessages(child.stdio[4] as Readable, lost, ({ id, method, sessionId, params, result, error }) => {
    if (id === undefined) return method === undefined ? undefined : listeners.get(sessionId ?? '')?.({ method, params });
    const call = waiting.get(id);
    waiting.delete(id);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result);
  });
  let last = 0;
  return {
    call: (method, params = {}, sessionId) => new Promise((resolve, reject) => {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return reject(new Error('the browser ended'));
      last += 1;
      waiting.set(last, { resolve, reject });
      input.write(`${JSON.stringify({ id: last, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    }),
    listen: (sessionId, heard) => { listeners.set(sessionId, heard); return () => { listeners.delete(sessionId); }; },
    close: async () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
  };
}

/** A message that nobody can read, or that a listener cannot, ends the talk: every call that waits fails. */
function readMessages(output: Readable, broken: () => void, heard: (message: z.infer<typeof Message>) => void): void {
  let rest = Buffer.alloc(0);
  output.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      const text = rest.subarray(0, end).toString('utf8');
      rest = rest.subarray(end + 1);
      try {
        heard(Message.parse(JSON.parse(text)));
      } catch {
        broken(); // what was said stays untrusted, so it is not repeated
      }
    }
  });
}
