/** The router that emulate brings along (it follows Hono's API), the signed-in caller, and how a handler refuses. */

/** An installation token's reach. Also set on a user token: then `installation` is absent. */
export interface Grant {
  installationId: number;
  appId: number;
  accountId: number;
  accountType: 'User' | 'Organization';
  permissions: Record<string, string>;
  repositoryIds: number[];
  repositorySelection: 'all' | 'selected';
}

export interface AuthUser {
  login: string;
  id: number;
  scopes: string[];
  installation?: Grant;
  /** Milliseconds; installation tokens only. */
  expiresAt?: number;
}

export interface Vars {
  authUser: AuthUser;
  authApp: { appId: number; slug: string; name: string };
  authToken: string;
  docsUrl: string;
}

export interface Context {
  req: {
    raw: Request;
    url: string;
    method: string;
    path: string;
    header(name: string): string | undefined;
    query(name: string): string | undefined;
    param(name: string): string;
    json(): Promise<unknown>;
    text(): Promise<string>;
  };
  get<K extends keyof Vars>(key: K): Vars[K] | undefined;
  set<K extends keyof Vars>(key: K, value: Vars[K]): void;
  header(name: string, value: string): void;
  json(data: unknown, status?: number): Response;
  html(html: string, status?: number): Response;
  body(body: string | null, status?: number): Response;
  redirect(location: string, status?: number): Response;
}

export type Handler = (c: Context, next: () => Promise<void>) => Response | void | Promise<Response | void>;

export interface Router {
  use(path: string, handler: Handler): Router;
  get(path: string, handler: Handler): Router;
  post(path: string, handler: Handler): Router;
  put(path: string, handler: Handler): Router;
  patch(path: string, handler: Handler): Router;
  delete(path: string, handler: Handler): Router;
  onError(handler: (error: unknown, c: Context) => Response): Router;
  notFound(handler: (c: Context) => Response): Router;
  fetch(request: Request): Promise<Response>;
}

/** An answer other than success, in GitHub's own words. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: unknown[] | undefined;

  constructor(status: number, message: string, errors?: unknown[]) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.errors = errors;
  }
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found');
}

export function invalid(resource: string, field: string, code = 'invalid'): Refusal {
  return new Refusal(422, 'Validation Failed', [{ resource, field, code }]);
}

/** The JSON object a client sent; an empty body is an empty object, as GitHub takes it. */
export async function bodyOf(c: Context): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  if (text === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) throw new Refusal(400, 'Body should be a JSON object');
  return parsed as Record<string, unknown>;
}

/** One page of a list, with GitHub's Link header. */
export function paged<T>(c: Context, list: T[]): T[] {
  const perPage = Math.min(100, Math.max(1, Number(c.req.query('per_page')) || 30));
  const page = Math.max(1, Number(c.req.query('page')) || 1);
  const last = Math.max(1, Math.ceil(list.length / perPage));
  const link = (number: number, rel: string): string => {
    const url = new URL(c.req.url);
    url.searchParams.set('page', String(number));
    url.searchParams.set('per_page', String(perPage));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev'), link(1, 'first')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
  ];
  if (links.length > 0) c.header('Link', links.join(', '));
  return list.slice((page - 1) * perPage, page * perPage);
}
