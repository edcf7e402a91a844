/**
 * Webhook deliveries to Apps. Each event an App subscribed to becomes one delivery with a UUID, signed with the App's secret, sent in order, recorded
 * with the answer's status. A failure is recorded and never retried by itself, as GitHub documents; a redelivery sends the same payload
 * again under the same GUID and is listed as a delivery of its own.
 */
import { createHmac, randomUUID } from 'node:crypto';
import type { WebhookFault } from './faults.ts';
import type { Json } from './hub.ts';

export interface Hook { appId: number; url: string; secret: string | null }

export interface Delivery {
  id: number;
  guid: string;
  appId: number;
  event: string;
  action: string | null;
  deliveredAt: string;
  redelivery: boolean;
  /** Seconds. */
  duration: number;
  /** GitHub's word for it: `OK`, or what went wrong. */
  status: string;
  statusCode: number;
  installationId: number | null;
  repositoryId: number | null;
  url: string;
  body: string;
  headers: Record<string, string>;
  responseBody: string;
}

export interface Outgoing { event: string; action: string | null; payload: Json; installationId: number | null; repositoryId: number | null }

export interface Deliveries {
  send(hook: Hook, outgoing: Outgoing): void;
  redeliver(id: number, hook: Hook): boolean;
  all(appId?: number): Delivery[];
  /** Resolves once nothing is waiting or on its way (what is held back by a fault counts as not waiting). */
  idle(): Promise<void>;
  release(order: Order): void;
  stop(): void;
}

/** Of what was held back; a function names places: one that it leaves out is lost, one that it names twice comes twice. */
export type Order = 'in order' | 'reversed' | ((held: number) => readonly number[]);

interface Waiting { hook: Hook; guid: string; outgoing: Outgoing; body: string; redelivery: boolean }

export function createDeliveries(faultFor: (event: string, action: string | null) => WebhookFault | undefined): Deliveries {
  const recorded: Delivery[] = [];
  const held: Waiting[] = [];
  const aborter = new AbortController();
  let nextId = 12_000_000_001;
  let tail: Promise<void> = Promise.resolve();

  function enqueue(waiting: Waiting): void {
    const fault = waiting.redelivery ? undefined : faultFor(waiting.outgoing.event, waiting.outgoing.action);
    if (fault?.kind === 'drop') return;
    if (fault?.kind === 'hold') { held.push(waiting); return; }
    const times = fault?.kind === 'duplicate' ? 2 : 1;
    for (let time = 0; time < times; time += 1) tail = tail.then(() => deliver(waiting, fault));
  }

  async function deliver(waiting: Waiting, fault: WebhookFault | undefined): Promise<void> {
    if (aborter.signal.aborted) return;
    if (fault?.kind === 'delay') await wait(fault.ms, aborter.signal);
    const url = fault?.kind === 'receiver down' ? 'http://127.0.0.1:9/' : waiting.hook.url;
    const started = performance.now();
    const headers = headersOf(waiting);
    const answer = await post(url, { headers, body: waiting.body, signal: aborter.signal });
    if (aborter.signal.aborted) return;
    recorded.push({
      id: nextId++, guid: waiting.guid, appId: waiting.hook.appId, event: waiting.outgoing.event, action: waiting.outgoing.action,
      deliveredAt: new Date().toISOString(), redelivery: waiting.redelivery, duration: Math.round(performance.now() - started) / 1000,
      installationId: waiting.outgoing.installationId, repositoryId: waiting.outgoing.repositoryId, url: waiting.hook.url, body: waiting.body, headers, ...answer,
    });
  }

  function send(hook: Hook, outgoing: Outgoing): void {
    enqueue({ hook, guid: randomUUID(), outgoing, body: JSON.stringify(outgoing.payload), redelivery: false });
  }

  function redeliver(id: number, hook: Hook): boolean {
    const past = recorded.find((delivery) => delivery.id === id && delivery.appId === hook.appId);
    if (past === undefined) return false;
    const outgoing = { event: past.event, action: past.action, payload: {}, installationId: past.installationId, repositoryId: past.repositoryId };
    enqueue({ hook, guid: past.guid, outgoing, body: past.body, redelivery: true });
    return true;
  }

  async function idle(): Promise<void> {
    for (let seen: Promise<void> | undefined; seen !== tail;) {
      seen = tail;
      await seen;
    }
  }

  function release(order: Order): void {
    const waiting = held.splice(0);
    const ordered = typeof order === 'function' ? order(waiting.length).flatMap((index) => waiting[index] ?? []) : order === 'reversed' ? waiting.toReversed() : waiting;
    for (const one of ordered) tail = tail.then(() => deliver(one, undefined));
  }

  return { send, redeliver, idle, release, all: (appId) => recorded.filter((row) => appId === undefined || row.appId === appId), stop: () => aborter.abort() };
}

function headersOf(waiting: Waiting): Record<string, string> {
  const signed = (algorithm: string): string => createHmac(algorithm, waiting.hook.secret ?? '').update(waiting.body).digest('hex');
  return {
    'accept': '*/*', 'content-type': 'application/json', 'user-agent': 'GitHub-Hookshot/stand-in', 'x-github-delivery': waiting.guid,
    'x-github-event': waiting.outgoing.event, 'x-github-hook-id': String(waiting.hook.appId), 'x-github-hook-installation-target-type': 'integration',
    'x-github-hook-installation-target-id': String(waiting.hook.appId),
    ...(waiting.hook.secret === null ? {} : { 'x-hub-signature': `sha1=${signed('sha1')}`, 'x-hub-signature-256': `sha256=${signed('sha256')}` }),
  };
}

interface Answer { status: string; statusCode: number; responseBody: string }

/** GitHub gives a receiver ten seconds. */
async function post(url: string, request: { headers: Record<string, string>; body: string; signal: AbortSignal }): Promise<Answer> {
  try {
    const response = await fetch(url, { method: 'POST', headers: request.headers, body: request.body, signal: AbortSignal.any([request.signal, AbortSignal.timeout(10_000)]) });
    const responseBody = await response.text();
    return { status: response.ok ? 'OK' : `Invalid HTTP Response: ${response.status}`, statusCode: response.status, responseBody };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    return timedOut ? { status: 'timed out', statusCode: 504, responseBody: '' } : { status: 'failed to connect to host', statusCode: 502, responseBody: '' };
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
