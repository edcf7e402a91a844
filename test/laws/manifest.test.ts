/** app.yml asks for exactly what Assay needs, and GitHub's own descriptions say that it may. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { effectsOf } from '../../app/ingest/routes.ts';

interface Manifest {
  default_permissions: Record<string, string>;
  default_events: string[];
}
const manifest = parse(readFileSync(new URL('../../app.yml', import.meta.url), 'utf8')) as Manifest;

interface Webhook {
  post: { summary?: string; description?: string; 'x-github'?: { subcategory?: string; 'supported-webhook-types'?: string[] } };
}
const file = fileURLToPath(new URL('generated/api.github.com.json', import.meta.resolve('@octokit/openapi-webhooks')));
const examples = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve('@octokit/webhooks-examples')), 'utf8')) as { name: string; examples: unknown[] }[];
const webhooks = Object.values((JSON.parse(readFileSync(file, 'utf8')) as { webhooks: Record<string, Webhook> }).webhooks).map((webhook) => webhook.post);

/** GitHub's words for a permission, as the manifest writes it; any one of those that a description names is enough. */
const named: Record<string, string> = { 'Commit statuses': 'statuses', 'Pull requests': 'pull_requests', 'Merge queues': 'merge_queues', 'Merge Queues': 'merge_queues' };
function needs(event: string): string[] {
  const text = webhooks.filter((post) => post['x-github']?.subcategory === event).map((post) => post.summary ?? '').join('\n');
  const sentence = text.match(/To subscribe to this event, a GitHub App must have[^\n]*/)?.[0] ?? '';
  return [...sentence.matchAll(/"([^"]+)" (?:repository |organization )?permission/g)].map((match) => named[match[1]!] ?? match[1]!.toLowerCase());
}
function allowed(event: string): boolean {
  const permissions = needs(event);
  return permissions.length === 0 || permissions.some((permission) => permission in manifest.default_permissions);
}

describe('the manifest', () => {
  it('asks for these permissions and no other', () => {
    expect(manifest.default_permissions).toEqual({
      metadata: 'read', administration: 'read', members: 'read', merge_queues: 'read',
      contents: 'write', issues: 'write', pull_requests: 'write', checks: 'write', actions: 'write', statuses: 'write',
    });
  });

  it('subscribes only to events that exist and that its permissions allow', () => {
    const known = new Set(webhooks.map((post) => post['x-github']?.subcategory));
    expect(manifest.default_events.filter((event) => !known.has(event))).toEqual([]);
    expect(manifest.default_events.filter((event) => !allowed(event))).toEqual([]);
    // Were the descriptions not understood, the line above could not fail.
    expect(needs('deployment')).toEqual(['deployments']);
    expect(needs('issues')).toEqual(['issues']);
  });

  it('subscribes once each, and never to what GitHub always sends', () => {
    expect(new Set(manifest.default_events).size).toBe(manifest.default_events.length);
    expect(manifest.default_events.filter((event) => event.startsWith('installation'))).toEqual([]);
  });

  it('hears every event that the routes act on and its permissions allow', () => {
    const acted = examples.filter(({ name, examples: payloads }) => payloads.some((payload) => effectsOf(name, payload) !== null)).map(({ name }) => name);
    expect(acted.length).toBeGreaterThan(8);
    const deaf = acted.filter((event) => !event.startsWith('installation') && allowed(event) && !manifest.default_events.includes(event));
    expect(deaf).toEqual([]);
  });
});
