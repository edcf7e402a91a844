/** What the event says about the change: what it is compared with and in which words it was proposed. Untrusted text stays data; no event, no facts. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { PullText } from '../../core/guardrail.ts';

const sha = z.string().regex(/^[0-9a-f]{40}$/);
const Payload = z.object({
  pull_request: z.object({
    number: z.number().int(), title: z.string(), body: z.string().nullish(), labels: z.array(z.object({ name: z.string() })).default([]),
    base: z.object({ sha }), head: z.object({ sha }),
  }).optional(),
  merge_group: z.object({ base_sha: sha, head_sha: sha }).optional(),
  before: z.string().optional(),
  repository: z.object({ private: z.boolean().optional() }).optional(),
  inputs: z.record(z.string(), z.union([z.string(), z.boolean(), z.number()])).nullish(),
});

export interface EventFacts {
  /** Null: the event names none, and the merge base with the default branch is taken. */
  base: string | null;
  /** The head as people see it; a pull request is checked out as its merge commit. */
  head: string | null;
  pull: PullText | null;
  number: number | null;
}

const nothing: EventFacts = { base: null, head: null, pull: null, number: null };

/** Throws where the payload is there and cannot be read: a run without its facts must not look like one that has none. */
export function eventFacts(env: NodeJS.ProcessEnv): EventFacts {
  if (!env.GITHUB_EVENT_PATH) return nothing;
  const { pull_request: pull, merge_group: group, before } = Payload.parse(JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8')));
  if (pull) return { base: pull.base.sha, head: pull.head.sha, number: pull.number, pull: { title: pull.title, body: pull.body ?? '', labels: pull.labels.map((label) => label.name) } };
  if (group) return { ...nothing, base: group.base_sha, head: group.head_sha };
  // A push that created the branch names forty zeros.
  return { ...nothing, base: env.GITHUB_EVENT_NAME === 'push' && before && sha.safeParse(before).success && !/^0+$/.test(before) ? before : null };
}

/** What a person or the App started the run with; nothing on every other event. Throws as `eventFacts` does. */
export function dispatchInputs(env: NodeJS.ProcessEnv): Record<string, string> {
  if (!env.GITHUB_EVENT_PATH || env.GITHUB_EVENT_NAME !== 'workflow_dispatch') return {};
  const { inputs } = Payload.parse(JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8')));
  return Object.fromEntries(Object.entries(inputs ?? {}).map(([name, value]) => [name, String(value)]));
}

/** False where the event does not say so: then nothing may be published of it. */
export function isPublic(env: NodeJS.ProcessEnv): boolean {
  return env.GITHUB_EVENT_PATH !== undefined && Payload.parse(JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8'))).repository?.private === false;
}
