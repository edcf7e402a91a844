/** A browser as far as sign-in and passkeys need one: it follows redirects between the stand-in and the App, keeps cookies per server, and posts JSON from a page. */

export interface Web {
  /** GET, following redirects; answers the last one. */
  opens(path: string): Promise<{ status: number; url: string; text: string; headers: Headers }>;
  posts<T = Record<string, unknown>>(path: string, body: unknown, headers?: Record<string, string>): Promise<{ status: number; body: T }>;
  /** Forgets who is signed in at the App, not at GitHub. */
  forgets(): void;
}

/** `publicUrl` is where the App says it is, `appUrl()` where it listens. */
export function web({ publicUrl, appUrl, gitHubCookie }: { publicUrl: string; appUrl: () => string; gitHubCookie: string | null }): Web {
  const jars = new Map<string, Map<string, string>>();
  const own = new URL(publicUrl).origin;

  async function asks(url: URL, init: RequestInit = {}): Promise<Response> {
    const isOwn = url.origin === own;
    const jar = jars.get(url.origin) ?? new Map<string, string>();
    jars.set(url.origin, jar);
    const cookies = [...[...jar].map(([name, value]) => `${name}=${value}`), ...(!isOwn && gitHubCookie ? [gitHubCookie] : [])].join('; ');
    const response = await fetch(isOwn ? new URL(url.pathname + url.search, appUrl()) : url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie: cookies } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      jar.set(name, value);
    }
    return response;
  }

  return {
    async opens(path) {
      let url = new URL(path, publicUrl);
      for (let hops = 0; hops < 6; hops += 1) {
        const response = await asks(url);
        const to = response.headers.get('location');
        if (to === null) return { status: response.status, url: url.href, text: await response.text(), headers: response.headers };
        url = new URL(to, url);
      }
      throw new Error(`too many redirects at ${url.href}`);
    },
    async posts<T>(path: string, body: unknown, headers: Record<string, string> = {}) {
      const response = await asks(new URL(path, publicUrl), { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'origin': own, ...headers } });
      return { status: response.status, body: await response.json() as T };
    },
    forgets: () => { jars.delete(own); },
  };
}
