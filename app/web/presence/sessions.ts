/**
 * Who is at the browser, for the pages that people sign on: in memory, for an hour, named by a cookie that no script can read. A restart forgets all of them, and
 * what each was asked to sign; people sign in again. Everything handed out here is good once and for a few minutes.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

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
  end(session: Session): void;
  cookie(session: Session): string;
  /** Hands out a name under which `value` can be taken once. */
  put(value: unknown): string;
  take(name: string): unknown;
}

/** `publicUrl`: over https the cookie is bound to this host and never sent in the clear. */
export function createSessions({ publicUrl, now }: { publicUrl: string; now: () => number }): Sessions {
  const sessions = new Map<string, Session>();
  const once = new Map<string, { value: unknown; at: number }>();
  const isSecure = publicUrl.startsWith('https:');
  const name = isSecure ? '__Host-assay-session' : 'assay-session';

  function forgetOld(): void {
    for (const [id, { signedInAt }] of sessions) if (signedInAt < now() - sessionMs) sessions.delete(id);
    for (const [key, { at }] of once) if (at < now() - onceMs) once.delete(key);
  }

  return {
    start({ account, login }) {
      forgetOld();
      const session: Session = { id: random(), account, login, signedInAt: now(), verifiedAt: null };
      sessions.set(session.id, session);
      return session;
    },
    of(request) {
      forgetOld();
      return sessions.get(cookieOf(request, name) ?? '') ?? null;
    },
    end: ({ id }) => { sessions.delete(id); },
    // Lax, not strict: the way here is a link on GitHub.
    cookie: ({ id }) => `${name}=${id}; HttpOnly; SameSite=Lax; Path=/; Max-Age=${sessionMs / 1000}${isSecure ? '; Secure' : ''}`,
    put(value) {
      forgetOld();
      // Strangers ask for sign-ins too: the oldest that nobody came back for makes room.
      if (once.size >= mostOnce) once.delete(once.keys().next().value ?? '');
      const key = random();
      once.set(key, { value, at: now() });
      return key;
    },
    take(key) {
      forgetOld();
      const found = once.get(key);
      once.delete(key);
      return found?.value;
    },
  };
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
