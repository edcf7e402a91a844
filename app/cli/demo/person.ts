/** A person at GitHub's HTTP interface: what the demo does and reads back goes through here and through nothing else. */
export interface Person {
  login: string;
  /** Throws on any status that is not expected; `answer` gives status and body whatever they are. */
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  answer(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
}

export function person(base: string, { login, token }: { login: string; token: string }): Person {
  async function answer(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${base}${path}`, {
      method, headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  }
  async function insist<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, body: said } = await answer(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(said).slice(0, 300)}`);
    return said as T;
  }
  return {
    login, answer,
    get: (path) => insist('GET', path),
    post: (path, body) => insist('POST', path, body),
    patch: (path, body) => insist('PATCH', path, body),
    put: (path, body) => insist('PUT', path, body),
  };
}

/** Asks until the answer is there; undefined means not yet. Throws with the last thing seen when time is up. */
export async function until<T>(what: string, look: () => Promise<T | undefined>, options: { seconds?: number } = {}): Promise<T> {
  const end = Date.now() + (options.seconds ?? 180) * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${options.seconds ?? 180} s for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
}
