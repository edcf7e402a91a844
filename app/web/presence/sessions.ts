/**
 * Who is at the browser, for the pages that people sign on: for an hour, in a cookie that no script can read and that only this App can write, so that a restart and a
 * second replica know it too. What is handed out once (challenges, a sign-in under way) lies in the store for five minutes. That a passkey just signed here is in memory: a
 * restart asks for it again.
 */
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Tickets } from '../../core/ports/store.ts';

export interface Session {
  id: string;
  account: number;
  login: string;
  signedInAt: number;
  /** When one of the account's passkeys last signed in this session. */
  verifiedAt: number | null;
}

export const freshMs = 600_000;
const sessionMs = 3_600_000;
const onceMs = 300_000;
const mostOnce = 10_000;

export interface Sessions {
  start(person: { account: number; login: string }): Session;
  of(request: IncomingMessage): Session | null;
  /** One of the account's passkeys has signed in this session just now. */
  confirmed(session: Session): number;
  cookie(session: Session): string;
  /** Hands out a name under which `value` can be taken once. */
  put(value: unknown): Promise<string>;
  /** Null where it was taken, or too late. */
  take(name: string): Promise<unknown>;
}

const Claim = z.object({ id: z.string(), account: z.number(), login: z.string(), signedInAt: z.number() });

/** `publicUrl`: over https the cookie is bound to this host and never sent in the clear. `secret`: what only this App knows; with another one everybody signs in again. */
export function createSessions({ publicUrl, now, secret, tickets }: { publicUrl: string; now: () => number; secret: string; tickets: Tickets }): Sessions {
  const key = Buffer.from(hkdfSync('sha256', secret, 'assay', 'web sessions', 32));
  const verified = new Map<string, number>();
  const isSecure = publicUrl.startsWith('https:');
  const name = isSecure ? '__Host-assay-session' : 'assay-session';

  function forgetOld(): void {
    for (const [id, at] of verified) if (at < now() - sessionMs) verified.delete(id);
  }

  return {
    start: ({ account, login }) => ({ id: random(), account, login, signedInAt: now(), verifiedAt: null }),
    of(request) {
      const claim = Claim.safeParse(opened(cookieOf(request, name) ?? '', key)).data;
      const age = now() - (claim?.signedInAt ?? 0);
      return claim && age >= 0 && age <= sessionMs ? { ...claim, verifiedAt: verified.get(claim.id) ?? null } : null;
    },
    confirmed({ id }) {
      forgetOld();
      verified.set(id, now());
      return now();
    },
    // Lax, not strict: the way here is a link on GitHub.
    cookie: ({ id, account, login, signedInAt }) => `${name}=${sealed({ id, account, login, signedInAt }, key)}; HttpOnly; SameSite=Lax; Path=/; Max-Age=${sessionMs / 1000}${isSecure ? '; Secure' : ''}`,
    async put(value) {
      const name = random();
      // Strangers ask for sign-ins too: the oldest that nobody came back for makes room.
      await tickets.putTicket(name, value, { until: now() + onceMs, most: mostOnce });
      return name;
    },
    take: (name) => tickets.takeTicket(name),
  };
}

/** A value and who wrote it, in one word that a cookie can hold. */
function sealed(value: unknown, key: Buffer): string {
  const text = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${text}.${tagOf(text, key)}`;
}

/** Undefined where this App did not write it. */
function opened(word: string, key: Buffer): unknown {
  const [text = '', tag = ''] = word.split('.');
  const [given, right] = [Buffer.from(tag), Buffer.from(tagOf(text, key))];
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
}

function tagOf(text: string, key: Buffer): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

export function isFresh(at: number | null, now: number): boolean {
  return at !== null && now - at <= freshMs;
}

export function random(): string {
  return randomBytes(32).toString('base64url');
}

export function cookieOf(request: IncomingMessage, name: string): string | null {
  const pair = (request.headers.cookie ?? '').split(/;\s*/).find((each) => each.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) ?? null;
}
