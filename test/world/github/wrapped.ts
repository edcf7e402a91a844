/** emulate's routes as the stand-in serves them: answers completed, branches looked at after every write, errors in GitHub's shape. */
import { completed } from './complete.ts';
import { acting } from './hub.ts';
import type { Hub } from './hub.ts';
import { Refusal } from './router.ts';
import type { Context, Handler, Router } from './router.ts';

/** emulate's routes with their answers completed, and with a look at the branches after every write. */
export function wrapped(hub: Hub): Router {
  const wrap = (handler: Handler): Handler => async (c, next) => {
    const response = await handler(c, next);
    if (c.req.method !== 'GET') {
      const actor = acting.getStore()?.actor;
      if (actor !== undefined) hub.refsMoved(actor);
    }
    return response instanceof Response ? await completedAnswer(hub, response) : response;
  };
  const { app } = hub;
  const router: Router = {
    use: (path, handler) => app.use(path, handler), onError: () => router, notFound: () => router, fetch: (request) => app.fetch(request),
    get: (path, handler) => app.get(path, wrap(handler)), post: (path, handler) => app.post(path, wrap(handler)), put: (path, handler) => app.put(path, wrap(handler)),
    patch: (path, handler) => app.patch(path, wrap(handler)), delete: (path, handler) => app.delete(path, wrap(handler)),
  };
  return router;
}

async function completedAnswer(hub: Hub, response: Response): Promise<Response> {
  if (!(response.headers.get('content-type') ?? '').includes('application/json')) return response;
  const whole = completed(hub, await response.json());
  // emulate answers a review with 201, GitHub with 200.
  const reviewed = response.status === 201 && typeof whole === 'object' && whole !== null && 'pull_request_url' in whole;
  return new Response(JSON.stringify(whole), { status: reviewed ? 200 : response.status, headers: response.headers });
}

export function addErrorAnswers(app: Router): void {
  const documentation = 'https://docs.github.com/rest';
  app.notFound((c) => c.json({ message: 'Not Found', documentation_url: documentation, status: '404' }, 404));
  app.onError((error: unknown, c: Context) => {
    const status = error instanceof Refusal ? error.status : statusOf(error);
    const message = error instanceof Error ? error.message : 'Server Error';
    const errors = error instanceof Refusal && error.errors !== undefined ? { errors: error.errors } : {};
    return c.json({ message: status === 403 && message === 'Forbidden' ? 'Resource not accessible by integration' : message, ...errors, documentation_url: documentation, status: String(status) }, status);
  });
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 500;
  return typeof status === 'number' ? status : 500;
}
