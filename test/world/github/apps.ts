/**
 * What an App may ask about itself: who it is, where it is installed, the deliveries of its webhook and sending one again. Also the set-up
 * flow, in which a person posts a manifest and the App trades the code for its credentials.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Deliveries, Delivery } from './deliveries.ts';
import { hookOf } from './events.ts';
import { appJson, userJson } from './format.ts';
import { appRow, findUser } from './hub.ts';
import type { Hub, Json } from './hub.ts';
import { notFound, Refusal } from './router.ts';
import type { Context } from './router.ts';
import { nodeId } from './store.ts';
import type { AppRow, InstallationRow } from './rows.ts';

export function addAppRoutes(hub: Hub, deliveries: Deliveries): void {
  const { app } = hub;
  app.get('/app', (c) => {
    const row = asking(hub, c);
    const count = hub.gh.appInstallations.all().filter((installation) => installation.app_id === row.app_id).length;
    return c.json({ ...appJson(hub, row.app_id), installations_count: count });
  });
  app.get('/apps/:slug', (c) => {
    const row = hub.gh.apps.all().find((candidate) => candidate.slug === c.req.param('slug'));
    if (row === undefined) throw notFound();
    return c.json(appJson(hub, row.app_id));
  });
  app.get('/app/installations', (c) => c.json(installationsOf(hub, asking(hub, c)).map((row) => installationJson(hub, row))));
  app.get('/app/installations/:id', (c) => {
    const row = installationsOf(hub, asking(hub, c)).find((installation) => installation.installation_id === Number(c.req.param('id')));
    if (row === undefined) throw notFound();
    return c.json(installationJson(hub, row));
  });
  for (const account of ['/repos/:owner/:repo', '/orgs/:owner', '/users/:owner']) {
    app.get(`${account}/installation`, (c) => {
      const row = installationsOf(hub, asking(hub, c)).find((installation) => installation.account_login.toLowerCase() === c.req.param('owner').toLowerCase());
      if (row === undefined) throw notFound();
      return c.json(installationJson(hub, row));
    });
  }
  addDeliveryRoutes(hub, deliveries);
}

function addDeliveryRoutes(hub: Hub, deliveries: Deliveries): void {
  const { app } = hub;
  const own = (c: Context): Delivery[] => deliveries.all(asking(hub, c).app_id);
  app.get('/app/hook/config', (c) => {
    const row = asking(hub, c);
    return c.json({ content_type: 'json', insecure_ssl: '0', secret: '********', url: row.webhook_url ?? '' });
  });
  app.get('/app/hook/deliveries', (c) => c.json(page(c, own(c).toReversed()).map((delivery) => briefJson(delivery))));
  app.get('/app/hook/deliveries/:id', (c) => {
    const delivery = own(c).find((candidate) => candidate.id === Number(c.req.param('id')));
    if (delivery === undefined) throw notFound();
    return c.json(fullJson(delivery));
  });
  app.post('/app/hook/deliveries/:id/attempts', (c) => {
    const hook = hookOf(asking(hub, c));
    if (hook === undefined || !deliveries.redeliver(Number(c.req.param('id')), hook)) throw notFound();
    return c.json({}, 202);
  });
}

function asking(hub: Hub, c: Context): AppRow {
  const auth = c.get('authApp');
  if (auth === undefined) throw new Refusal(401, 'A JSON web token could not be decoded');
  return appRow(hub, auth.appId);
}

function installationsOf(hub: Hub, app: AppRow): InstallationRow[] {
  return hub.gh.appInstallations.all().filter((row) => row.app_id === app.app_id);
}

function installationJson(hub: Hub, row: InstallationRow): Json {
  const account = row.account_type === 'Organization' ? hub.gh.orgs.get(row.account_id) : hub.gh.users.get(row.account_id);
  const app = appRow(hub, row.app_id);
  return {
    id: row.installation_id, account: account === undefined ? null : userJson(hub, account, row.account_type === 'Organization' ? 'Organization' : undefined),
    access_tokens_url: `${hub.baseUrl}/app/installations/${row.installation_id}/access_tokens`, repositories_url: `${hub.baseUrl}/installation/repositories`,
    html_url: `${hub.baseUrl}/settings/installations/${row.installation_id}`, app_id: row.app_id, app_slug: app.slug, client_id: appJson(hub, app.app_id)['client_id'],
    target_id: row.account_id, target_type: row.account_type, repository_selection: row.repository_selection, permissions: row.permissions, events: row.events,
    created_at: row.created_at, updated_at: row.updated_at, single_file_name: null, has_multiple_single_files: false, single_file_paths: [],
    suspended_by: null, suspended_at: row.suspended_at,
  };
}

/** Newest first, continued by a cursor as GitHub does for deliveries. */
function page(c: Context, list: Delivery[]): Delivery[] {
  const perPage = Math.min(100, Math.max(1, Number(c.req.query('per_page')) || 30));
  const cursor = c.req.query('cursor');
  const wanted = list.filter((delivery) => c.req.query('status') === undefined || (c.req.query('status') === 'success') === (delivery.status === 'OK'));
  const from = cursor === undefined ? 0 : wanted.findIndex((delivery) => delivery.id <= Number(cursor.replace(/^v1_/, '')));
  if (cursor !== undefined && !/^v1_\d+$/.test(cursor)) throw new Refusal(422, 'Validation Failed');
  const start = from < 0 ? wanted.length : from;
  const next = wanted[start + perPage];
  if (next !== undefined) {
    const url = new URL(c.req.url);
    url.searchParams.set('cursor', `v1_${next.id}`);
    c.header('Link', `<${url.href}>; rel="next"`);
  }
  return wanted.slice(start, start + perPage);
}

function briefJson(delivery: Delivery): Json {
  return {
    id: delivery.id, guid: delivery.guid, delivered_at: delivery.deliveredAt, redelivery: delivery.redelivery, duration: delivery.duration, status: delivery.status,
    status_code: delivery.statusCode, event: delivery.event, action: delivery.action, installation_id: delivery.installationId, repository_id: delivery.repositoryId, throttled_at: null,
  };
}

function fullJson(delivery: Delivery): Json {
  return {
    ...briefJson(delivery), url: delivery.url, request: { headers: delivery.headers, payload: JSON.parse(delivery.body) as Json },
    response: { headers: {}, payload: delivery.responseBody },
  };
}

export interface Manifest { name: string; url?: string; hook_attributes?: { url?: string }; redirect_url?: string; default_permissions?: Record<string, string>; default_events?: string[] }

/** The set-up flow: a person posts the manifest in a form, is sent back with a code, and the code is good once. */
export function addManifestRoutes(hub: Hub): void {
  const pending = new Map<string, { manifest: Manifest; owner: string }>();
  for (const path of ['/settings/apps/new', '/organizations/:org/settings/apps/new']) {
    hub.app.post(path, async (c) => {
      const form = new URLSearchParams(await c.req.text());
      const manifest = JSON.parse(form.get('manifest') ?? '{}') as Manifest;
      if (typeof manifest.name !== 'string' || typeof manifest.redirect_url !== 'string') throw new Refusal(422, 'Invalid GitHub App configuration');
      const code = randomBytes(20).toString('hex');
      pending.set(code, { manifest, owner: path.includes(':org') ? c.req.param('org') : '' });
      const back = new URL(manifest.redirect_url);
      back.searchParams.set('code', code);
      const state = c.req.query('state');
      if (state !== undefined) back.searchParams.set('state', state);
      return c.redirect(back.href);
    });
  }
  hub.app.post('/app-manifests/:code/conversions', (c) => {
    const code = c.req.param('code');
    const found = pending.get(code);
    if (found === undefined) throw notFound();
    pending.delete(code);
    return c.json(created(hub, found), 201);
  });
}

function created(hub: Hub, { manifest, owner }: { manifest: Manifest; owner: string }): Json {
  const appId = 1 + hub.gh.apps.all().reduce((most, row) => Math.max(most, row.app_id), 100_000);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  const secret = randomBytes(20).toString('hex');
  hub.gh.apps.insert({
    node_id: nodeId('App', appId), app_id: appId, slug: manifest.name.toLowerCase().replace(/[^a-z0-9]+/g, '-'), name: manifest.name, private_key: privateKey,
    permissions: { metadata: 'read', ...manifest.default_permissions }, events: manifest.default_events ?? [], webhook_url: manifest.hook_attributes?.url ?? null,
    webhook_secret: secret, description: null,
  });
  const account = findUser(hub, owner);
  return {
    ...appJson(hub, appId), ...(account === undefined ? {} : { owner: userJson(hub, account) }), client_secret: randomBytes(20).toString('hex'), webhook_secret: secret, pem: privateKey,
  };
}
