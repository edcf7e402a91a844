/** What the controls `preview` and `otlp` are told by the configuration on base, and what the preview probe measured: one shape for who asks and who answers. */
import { z } from 'zod';

const text = z.string().min(1).max(500);
const path = z.string().regex(/^\/[\x21-\x7e]{0,500}$/, { error: 'a path starts with / and has no white space' });

/** A package of a monorepo: there its own manifest, lock and programs count, or the lock above it. */
export const PackageFolder = z.string().regex(/^(?!.*(^|\/)\.\.?(\/|$))[\w@.-]{1,100}(\/[\w@.-]{1,100}){0,20}$/, { error: 'a folder of the repository, without a slash at its ends' }).default('');

const server = {
  folder: PackageFolder,
  start: z.array(text).min(1).max(50),
  port: z.number().int().min(1024).max(65535).refine((port) => port !== 4318, { error: 'traces are received on 4318' }),
  readyMs: z.number().int().min(100).max(120_000).default(30_000),
};

export const PreviewSettings = z.strictObject({
  ...server,
  smoke: z.array(z.strictObject({
    path,
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE']).default('GET'),
    headers: z.record(text, text).default({}),
    status: z.number().int().min(100).max(599),
    contains: text.optional(),
  })).min(1).max(20),
});
export type PreviewSettings = z.infer<typeof PreviewSettings>;

export const OtlpSettings = z.strictObject({
  ...server,
  requests: z.array(path).min(1).max(20),
  /** Names that a resource must have; `a|b`: one of the two. */
  attributes: z.array(text).max(50).default(['service.name', 'service.version|vcs.ref.head.revision']),
  traceMs: z.number().int().min(100).max(60_000).default(10_000),
});
export type OtlpSettings = z.infer<typeof OtlpSettings>;

const Played = z.object({
  configured: z.literal(true),
  listening: z.boolean(),
  /** Exit code or signal of a server that ended by itself. */
  ended: z.union([z.number(), z.string()]).nullable(),
  refused: z.string().nullable(),
  words: z.string(),
  answers: z.array(z.object({ path: z.string(), status: z.number().nullable(), body: z.string(), problem: z.string().nullable(), ms: z.number() })),
  /** Null: nobody asked for traces. */
  traces: z.object({
    exports: z.number(), exportsLost: z.number(), undecodable: z.number(), spans: z.number(), valid: z.number(),
    /** Valid spans that carry a trace id of this run's own requests. */
    joined: z.number(),
    /** Of valid spans, each once, the first ones. */
    ids: z.array(z.string()).default([]),
    resources: z.array(z.record(z.string(), z.string())),
  }).nullable(),
});

export const PreviewData = z.discriminatedUnion('configured', [z.object({ configured: z.literal(false) }), Played]);
export type Played = z.infer<typeof Played>;

/** Why the server never listened, in words. */
export function whyNot({ ended, refused, words }: Played): string {
  const how = refused ?? (ended === null ? 'it was still starting when the time was over' : `it ended with ${ended}`);
  return `${how}${words.trim() === '' ? '' : `; its last words: ${words.trim().slice(-300)}`}`;
}
