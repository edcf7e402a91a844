/**
 * A new head after an approved one: whether it is the same series of patches that merges into the same tree, so that what was approved for the one may be approved for
 * the other, or else what differs. The words for it too. Pure.
 */
import { z } from 'zod';
import { digestOf } from '../../core/digest.ts';
import { code, table } from '../../core/markdown.ts';
import type { ChangeRuling } from '../../core/ruling.ts';
import type { Step } from '../../core/step.ts';
import type { ChangeFacts } from './facts.ts';

/** The head that people approved last, with the evidence that they approved, and on which terms: into which branch, under which policy, for which spec. */
export const ApprovedHead = z.object({ terms: z.string(), headSha: z.string(), manifestDigest: z.string(), publishedAt: z.number() });
export type ApprovedHead = z.infer<typeof ApprovedHead>;

const Row = z.object({ mark: z.enum(['=', '!', '<', '>']), before: z.string().nullable(), after: z.string().nullable(), paths: z.array(z.string()) });
/** `mergeEqual`: both heads merge into the base's tip as the same tree. */
export const RebaseNote = z.object({ from: ApprovedHead, to: z.string(), baseSha: z.string(), rows: z.array(Row), seriesEqual: z.boolean(), mergeEqual: z.boolean() });
export type RebaseNote = z.infer<typeof RebaseNote>;

export const approvedHeadNote = 'approved head';
const maxRows = 30;

/** What an approval may be carried over from; null where anything differs. */
export function carriedFrom({ rebase }: Pick<ChangeFacts, 'rebase'>): ApprovedHead | null {
  return rebase?.seriesEqual && rebase.mergeEqual ? rebase.from : null;
}

/** Under other terms it is another evidence, whatever the patches. */
export function termsOf({ change: { baseRef }, policyDigest, toolsDigest, intent }: Pick<ChangeFacts, 'policyDigest' | 'toolsDigest' | 'intent'> & { change: { baseRef: string } }): string {
  return digestOf([baseRef, policyDigest, toolsDigest, intent?.approved?.digest ?? null]);
}

/** What was approved for this very head is remembered; what was carried here stays what it was. */
export function rebaseNotes(facts: ChangeFacts, ruling: ChangeRuling): Step[] {
  const { rebase, manifest, change: { headSha } } = facts;
  const published = ruling.record.input.published;
  const direct = ruling.approvals.some(({ code: said }, index) => said === 'APPROVAL_OK' && isOf(headSha, facts.effects.approvals[index]?.sha ?? headSha));
  const approved = direct && ruling.approval.outcome === 'pass' && manifest && published;
  return [
    ...(rebase ? [{ step: 'put-note', name: 'rebase', value: rebase } as const] : []),
    ...(approved ? [{ step: 'put-note', name: approvedHeadNote, value: { terms: termsOf(facts), headSha, manifestDigest: manifest.digest, publishedAt: Math.max(published.headAt, published.manifestAt) } } as const] : []),
  ];
}

function isOf(headSha: string, claimed: string): boolean {
  return headSha.startsWith(claimed);
}

/** Null where the head is the approved one, or none was approved. */
export function rebaseWords({ rebase, config }: Pick<ChangeFacts, 'rebase' | 'config'>): string | null {
  if (rebase === null) return null;
  const from = code(short(rebase.from.headSha));
  const carried = carriedFrom({ rebase }) !== null;
  const { rebase: kept, movedBase } = config.approval;
  if (carried && kept === 'equal' && movedBase !== 'any') return `**Rebased without a change.** All ${rebase.rows.length} patches since the approved ${from} are the same, and both heads merge into the same tree: what was approved for it counts here too.`;
  const why = carried ? 'The configuration lets no approval outlast a rebase (`approval.rebase`, `approval.movedBase`).' : rebase.seriesEqual ? 'The patches are the same and do not merge into the same tree.' : 'Only this is new to approve:';
  const rows = rebase.rows.filter(({ mark }) => mark !== '=').slice(0, maxRows).map(({ mark, before, after, paths }) => [code(mark), sha(before), sha(after), paths.slice(0, 5).map((path) => code(path, 80)).join(', ')]);
  return [`**Another head than the approved ${from}.** ${why}`, ...(rows.length > 0 ? [table(['', 'approved', 'now', 'files'], rows)] : [])].join('\n\n');
}

function sha(of: string | null): string {
  return of === null ? '' : code(short(of));
}

function short(of: string): string {
  return of.slice(0, 12);
}
