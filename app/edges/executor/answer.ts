/** What a worker says is bounded and checked before it is believed: one envelope, of the kind that was asked, and where it came from outside also its output's shape. */
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { GuardReport } from '../../core/finding.ts';
import type { JobAnswer, JobInput, JobKind } from '../../core/job.ts';
import { outcomes } from '../../core/verdict.ts';

const problem = z.strictObject({ code: z.string(), message: z.string(), remedy: z.string() });
const common = { kind: z.string(), sandbox: z.string(), ms: z.number() };
const Envelope = z.union([z.strictObject({ ok: z.literal(true), output: z.record(z.string(), z.unknown()), ...common }), z.strictObject({ ok: z.literal(false), problem, ...common })]);

/** The output inside has the shape that this version's handler of this kind is typed to give. Throws EXECUTOR_OUTPUT_INVALID. */
export function believe(kind: JobKind, value: unknown): JobAnswer {
  const answer = Envelope.safeParse(value);
  if (!answer.success) throw invalid(z.prettifyError(answer.error));
  if (answer.data.kind !== kind) throw invalid(`it answers a "${answer.data.kind}" job, asked was "${kind}"`);
  return answer.data as JobAnswer;
}

const counts = z.record(z.string(), z.number());
const Consensus = z.strictObject({
  outcome: z.enum(outcomes), reason: z.string(), winner: z.string().nullable(), confidence: z.number().min(0).max(1),
  clusters: z.array(z.strictObject({ members: z.array(z.string()), families: z.array(z.string()), size: z.number().int() })),
  quorum: z.strictObject({ families: z.number().int(), required: z.number().int() }), fingerprint: z.string(), inputsRun: z.number().int(), testsPooled: z.number().int(),
  testsDropped: z.array(z.strictObject({ id: z.string(), why: z.string() })), mutationScore: z.number().nullable(), agreement: counts,
  dissent: z.array(z.strictObject({ input: z.unknown(), outputs: z.record(z.string(), z.unknown()) })), record: z.strictObject({ sha256: z.string() }), seed: z.number(), durationMs: z.number(),
  inputs: z.strictObject({ source: z.string(), doubt: z.array(z.string()) }).optional(), features: counts.optional(), outside: z.record(z.string(), z.string()).optional(), disqualified: z.record(z.string(), z.string()).optional(), phases: z.array(z.strictObject({ name: z.string(), ms: z.number() })).optional(),
  speed: z.strictObject({ inputs: z.number().int(), survivors: z.array(z.string()), failed: z.record(z.string(), z.string()) }).optional(),
});

/** Kinds whose answer may come from a machine and a version that are not this one's, each with what their output must be. */
export const outsideOutputs = { guard: GuardReport, consensus: Consensus } as const;

/** The same for an answer from outside: its output is checked whole, and must be about this very job. */
export function believeOutside(job: JobInput, value: unknown): JobAnswer {
  const answer = believe(job.kind, value);
  if (!answer.ok) return answer;
  if (job.kind !== 'guard' && job.kind !== 'consensus') throw invalid(`a "${job.kind}" job is not done outside`);
  const output = outsideOutputs[job.kind].safeParse(answer.output);
  if (!output.success) throw invalid(z.prettifyError(output.error));
  const other = strayFrom(job, output.data);
  if (other) throw invalid(other);
  return answer;
}

function strayFrom(job: JobInput, output: z.infer<typeof GuardReport> | z.infer<typeof Consensus>): string | null {
  if (job.kind === 'guard' && 'head' in output && (output.head !== job.input.headSha || output.base !== job.input.baseSha)) return `it is about ${output.base}..${output.head}`;
  if (job.kind === 'consensus' && 'winner' in output) {
    const known = new Set(job.input.candidates.map(({ id }) => id));
    const named = [...output.clusters.flatMap(({ members }) => members), ...(output.winner === null ? [] : [output.winner])];
    return named.every((id) => known.has(id)) && output.seed === job.input.seed ? null : 'it names candidates or a seed that it was not given';
  }
  return null;
}

export function invalid(why: string): AssayError {
  return new AssayError('EXECUTOR_OUTPUT_INVALID', `The worker's answer is not usable: ${why}`, { remedy: 'Retry; if it repeats, report it with this text.' });
}
