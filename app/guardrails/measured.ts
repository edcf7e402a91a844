/** How good a guardrail is on labelled cases: `measured.json` in its folder, written by `npm run bench:guardrails` or by hand where there is no corpus. */
import { z } from 'zod';

const Score = z.strictObject({
  /** Right blocks / cases that must fail; an error counts as missed. Null: the corpus has no such case. */
  recall: z.number().min(0).max(1).nullable(),
  /** Right blocks / all blocks, at the corpus' own mix. Null: it never blocked. */
  precision: z.number().min(0).max(1).nullable(),
  /** Median wall time of one `assay guard --only` run. */
  msPerRun: z.number().nonnegative().optional(),
  engines: z.string().optional(),
});

export const Measured = z.strictObject({
  corpus: z.string().nullable().describe('which labelled set; null: there is none'),
  cases: z.number().int().nonnegative().optional(),
  embedded: Score.optional(),
  fuller: Score.nullable().optional(),
  note: z.string().describe('where the score is circular, which classes fall short, or why there is no score'),
}).refine((it) => it.corpus === null || (it.embedded !== undefined && it.cases !== undefined), { error: 'a corpus needs its number of cases and a score' });
export type Measured = z.infer<typeof Measured>;

const percent = (share: number | null | undefined): string => (share === null || share === undefined ? '–' : `${(share * 100).toFixed(1)} %`);

/** `recall / precision` with the embedded engine, and with the fuller ones where they were measured. */
export function shortScore({ corpus, embedded, fuller }: Measured): string {
  if (corpus === null || !embedded) return 'no labelled corpus';
  const pair = (score: z.infer<typeof Score>) => `${percent(score.recall)} / ${percent(score.precision)}`;
  return fuller ? `${pair(embedded)} (fuller: ${pair(fuller)})` : pair(embedded);
}

/** The table of a guardrail's page. */
export function scoreTable({ corpus, cases, embedded, fuller, note }: Measured): string {
  const row = (name: string, score: z.infer<typeof Score>) => `| ${name}${score.engines ? ` (${score.engines})` : ''} | ${percent(score.recall)} | ${percent(score.precision)} | ${score.msPerRun === undefined ? '–' : `${Math.round(score.msPerRun)} ms`} |`;
  const table = embedded && corpus !== null ? `On ${cases} labelled cases (${corpus} set):\n\n| engines | recall | precision | one run |\n|---|---|---|---|\n${[row('embedded', embedded), ...(fuller ? [row('fuller', fuller)] : [])].join('\n')}\n\n` : '';
  const alone = embedded?.msPerRun !== undefined && corpus === null ? `One run on the fixed sample of \`npm run bench:speed\`: ${Math.round(embedded.msPerRun)} ms.\n\n` : '';
  return `${table}${alone}${note}`;
}
