/**
 * A waiver: findings of one guardrail that may stand until a day, for a reason, with a ticket and an owner. One file each on the default branch, so that
 * it comes by a pull request of its own and a change never waives itself. What is broken or past its day covers nothing.
 */
import { z } from 'zod';
import { readYaml } from './yaml-text.ts';

export const waiverFolder = '.github/assay/waivers';

/** No waiver lasts longer. */
export const maxWaiverDays = 366;

const Text = z.string().trim().min(1).max(500);
const WaiverFile = z.strictObject({
  version: z.literal(1),
  guardrail: z.string().regex(/^(G\d{2}|[a-z][a-z0-9-]*)$/),
  /** What a person calls it, e.g. `CVE-2026-1234`. */
  about: Text,
  fingerprints: z.array(z.string().regex(/^[0-9a-f]{40}$/)).min(1).max(50),
  reason: Text, ticket: Text, owner: Text,
  /** The last day on which it holds. */
  until: z.iso.date(),
});

export interface Waiver extends z.infer<typeof WaiverFile> {
  path: string;
}

/** All waivers of a folder, and for each file that is none its path and why. */
export function readWaivers(files: readonly { path: string; text: string }[]): { waivers: Waiver[]; broken: { path: string; why: string }[] } {
  const read = files.filter(({ path }) => /\.ya?ml$/.test(path)).map(({ path, text }) => readWaiver(path, text));
  return { waivers: read.flatMap((one) => ('waiver' in one ? [one.waiver] : [])), broken: read.flatMap((one) => ('why' in one ? [one] : [])) };
}

function readWaiver(path: string, text: string): { waiver: Waiver } | { path: string; why: string } {
  const yaml = readYaml(text);
  if ('fault' in yaml) return { path, why: yaml.fault };
  const parsed = WaiverFile.safeParse(yaml.value);
  if (parsed.success) return { waiver: { ...parsed.data, path } };
  const issue = parsed.error.issues[0]!;
  return { path, why: `line ${yaml.lineOf(issue.path.map(String))}: ${issue.path.join('.') || 'the file'}: ${issue.message}` };
}

/** Milliseconds since the epoch at which it ends: the end of its last day, UTC. */
export function endOf({ until }: Pick<Waiver, 'until'>): number {
  return Date.parse(until) + 86_400_000;
}

export function isLive(waiver: Pick<Waiver, 'until'>, now: number): boolean {
  return endOf(waiver) > now;
}

/** Fingerprints of this guardrail that live waivers cover. */
export function waived(waivers: readonly Waiver[], guardrail: string, now: number): ReadonlySet<string> {
  return new Set(waivers.filter((one) => one.guardrail === guardrail && isLive(one, now)).flatMap((one) => one.fingerprints));
}

/** The file as it is proposed: YAML whose every value is a JSON string, which YAML reads as it is. */
export function waiverText({ guardrail, about, fingerprints, reason, ticket, owner, until }: Omit<Waiver, 'path' | 'version'>): string {
  const lines = Object.entries({ guardrail, about, reason, ticket, owner, until }).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return ['version: 1', ...lines, 'fingerprints:', ...fingerprints.map((one) => `  - "${one}"`), ''].join('\n');
}
