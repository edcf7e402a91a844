/** Repository settings that the doctor asks about: what workflows' own tokens may do (kept), and rulesets, of which the stand-in has none. */
import { needGrant, repoOf } from './hub.ts';
import type { Hub } from './hub.ts';
import { bodyOf, notFound } from './router.ts';
import type { Context } from './router.ts';

interface WorkflowToken { default_workflow_permissions: 'read' | 'write'; can_approve_pull_request_reviews: boolean }

export function addSettingsRoutes(hub: Hub): void {
  const { app } = hub;
  const tokens = new Map<number, WorkflowToken>();
  const path = '/repos/:owner/:repo/actions/permissions/workflow';
  app.get(path, (c) => {
    needGrant(c, 'administration', 'read');
    if (c.get('authUser') === undefined) throw notFound();
    return c.json(tokens.get(repoOf(hub, c).id) ?? { default_workflow_permissions: 'read', can_approve_pull_request_reviews: false });
  });
  app.put(path, async (c) => {
    needGrant(c, 'administration', 'write');
    const body = await bodyOf(c);
    tokens.set(repoOf(hub, c).id, {
      default_workflow_permissions: body['default_workflow_permissions'] === 'write' ? 'write' : 'read', can_approve_pull_request_reviews: body['can_approve_pull_request_reviews'] === true,
    });
    return c.body(null, 204);
  });
  const none = (c: Context): Response => {
    repoOf(hub, c);
    return c.json([]);
  };
  app.get('/repos/:owner/:repo/rules/branches/:branch{.+}', none);
  app.get('/repos/:owner/:repo/rulesets', none);
}
